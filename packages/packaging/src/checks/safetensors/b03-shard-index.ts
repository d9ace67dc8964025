import { printable } from "../../files/package-path.ts";
import { readSafetensorsHeader } from "../../formats/safetensors/read-safetensors-header.ts";
import type { SafetensorsHeader } from "../../formats/safetensors/safetensors-file.ts";
import { type Check, type Finding, findingOf, isEnough, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { missingShards } from "./missing-shards.ts";
import { readShardIndex, type ShardIndex } from "./shard-index.ts";

const INDEX = /\.safetensors\.index\.json$/;
const COPY = "Copy all shards again from one export.";

export const b03ShardIndex: Check = {
	id: "B03",
	title: "Shards are complete and agree with their index",
	severity: "block",
	refuses:
		"A shard that the index names and the package lacks, a tensor that is not in the shard that the index says, is in two, or is not in the index.",
	why: "Large models come in many files, and an upload that lost one (00007 of 00008) loads far enough to look right.",
	rules: "1",
	async run(context) {
		const paths = context.content().map(({ path }) => path);
		const indexes = paths.filter((path) => INDEX.test(path));
		const findings: Finding[] = [];
		let shards = 0;
		for (const path of indexes) {
			try {
				const index = await readShardIndex(context, path);
				shards += index.shards.size;
				findings.push(...(await compare(context, index)));
			} catch (error) {
				findings.push(findingOf(error, path));
			}
		}
		// One shard pushed alone has its neighbours elsewhere.
		if (context.input.withManifest) findings.push(...missingShards(paths, new Set(indexes)));
		if (indexes.length === 0 && findings.length === 0) return skipped("there is no index of shards (*.safetensors.index.json)");
		return judge(findings, pass(`${shards} shards as the index says`));
	},
};

async function compare(context: CheckContext, index: ShardIndex): Promise<Finding[]> {
	const { path: file } = index;
	const findings: Finding[] = [];
	const add = (code: string, message: string, severity?: "warn"): void => {
		if (isEnough(findings)) return;
		findings.push({ code, message: `${file}: ${message}`, hint: COPY, file, ...(severity === undefined ? {} : { severity }) });
	};
	const owners = new Map<string, string>();
	let bytes = 0;
	let complete = true;
	for (const [shard, tensors] of index.shards) {
		if (!context.has(shard)) {
			complete = false;
			const some = `${number(tensors.size)} tensors, among them '${shown([...tensors][0]!)}'`;
			add("safetensors.shard", `the shard ${printable(shard)} is not in the package; the index says that it holds ${some}`);
			continue;
		}
		const header = await headerOf(context, shard);
		if (header === undefined) {
			complete = false;
			continue;
		}
		const held = new Set(header.tensors.map(({ name }) => name));
		for (const name of tensors) {
			if (!held.has(name))
				add("safetensors.shard", `tensor '${shown(name)}' should be in ${printable(shard)}, which does not hold it`);
		}
		for (const { name, begin, end } of header.tensors) {
			bytes += end - begin;
			const owner = owners.get(name);
			owners.set(name, shard);
			if (owner !== undefined)
				add("safetensors.shard", `tensor '${shown(name)}' is in ${printable(owner)} and in ${printable(shard)}`);
			else if (!tensors.has(name))
				add("safetensors.shard", `tensor '${shown(name)}' of ${printable(shard)} is not in the index for it`);
		}
	}
	if (complete && index.totalBytes !== undefined && index.totalBytes !== bytes) {
		add(
			"safetensors.index",
			`metadata.total_size is ${number(index.totalBytes)}, the tensors have ${number(bytes)} bytes`,
			"warn",
		);
	}
	return findings;
}

/** Undefined for a shard that B01 refuses. */
async function headerOf(context: CheckContext, shard: string): Promise<SafetensorsHeader | undefined> {
	try {
		return await context.read(shard, readSafetensorsHeader);
	} catch (error) {
		findingOf(error, shard);
		return undefined;
	}
}

function shown(name: string): string {
	return printable(name.slice(0, 80));
}

function number(value: number): string {
	return value.toLocaleString("en");
}
