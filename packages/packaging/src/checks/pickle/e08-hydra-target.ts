import { HeadgateError } from "@headgate/protocol";
import { archiveEntries } from "../../archive/archive-entries.ts";
import { shownName } from "../../archive/archive-error.ts";
import { examineArchive } from "../../archive/examine-archive.ts";
import { walkJson } from "../../contents/config/walk-json.ts";
import { byTarget, yamlCalls } from "../../contents/config/yaml-calls.ts";
import { printable } from "../../files/package-path.ts";
import { MANIFEST_FILE } from "../../lock/package-lock.ts";
import { type Check, type Finding, isEnough, judge, pass, skipped } from "../check.ts";
import { isPlainJson } from "../contents/find-templates.ts";
import { readConfigs } from "../contents/read-configs.ts";
import type { CheckContext } from "../context.ts";

const MAX_BYTES = 4 * 1024 * 1024;

interface YamlFile {
	readonly file: string;
	/** With the entry of an archive. */
	readonly name: string;
	text(): Promise<string>;
}

export const e08HydraTarget: Check = {
	id: "E08",
	title: "No configuration names code",
	severity: "block",
	refuses:
		"A key `_target_` or a Python tag (!!python/object, /name, /module) in a YAML file of the package or of an archive in it, however it is " +
		"spelled; a key `_target_` in a JSON file.",
	why:
		"Hydra and NeMo import and call what stands under `_target_` (CVE-2025-23304), and PyYAML what such a tag names, unless it is read by " +
		"safe_load.",
	rules: "2",
	async run(context) {
		const findings = await jsonTargets(context);
		let files = 0;
		for await (const yaml of yamlFiles(context)) {
			if (isEnough(findings)) break;
			files++;
			try {
				findings.push(...calls(await yaml.text(), yaml));
			} catch (error) {
				if (!(error instanceof HeadgateError) || error.code !== "file.unreadable") throw error;
				findings.push({ code: error.code, message: error.message, hint: "Save it as UTF-8, below 4 MiB.", file: yaml.file });
			}
		}
		if (files + findings.length === 0) return skipped("the package holds no YAML file besides its manifest");
		return judge(findings, pass(`${files} YAML file${files === 1 ? "" : "s"}`));
	},
};

/** YAML files of the package, and those in archives in it: NeMo keeps its configuration in a tar archive with the weights. */
async function* yamlFiles(context: CheckContext): AsyncGenerator<YamlFile> {
	for (const { path } of context.content()) {
		if (isYaml(path) && path !== MANIFEST_FILE) yield { file: path, name: path, text: () => context.text(path) };
		const kind = (await context.read(path, examineArchive))?.kind;
		if (kind === undefined || kind === "gzip") continue;
		const inside = archiveEntries(await context.open(path), kind, {
			name: path,
			signal: context.signal,
			report: () => undefined,
		});
		try {
			for await (const entry of inside) {
				if (entry.isFolder || !isYaml(entry.name)) continue;
				const name = `${path}, entry ${shownName(entry.name)}`;
				const text = await start(entry.content());
				yield { file: path, name, text: async () => text };
			}
		} catch (error) {
			// What breaks an archive off is the finding of A06.
			if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
		}
	}
}

function isYaml(path: string): boolean {
	return /\.ya?ml$/i.test(path);
}

/** As much as is read of a file that is not packed. */
async function start(content: AsyncIterable<Uint8Array>): Promise<string> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of content) {
		// The next piece may stand in the same memory.
		pieces.push(Buffer.from(piece));
		bytes += piece.length;
		if (bytes > MAX_BYTES) break;
	}
	return Buffer.concat(pieces).toString("utf8");
}

async function jsonTargets(context: CheckContext): Promise<Finding[]> {
	const { hint } = new HeadgateError("hydra.target", "");
	const findings: Finding[] = [];
	for (const { path: file, document } of await readConfigs(context, isPlainJson)) {
		for (const { key, path, value } of walkJson(document)) {
			if (key !== "_target_" || typeof value !== "string" || isEnough(findings)) continue;
			const message = `${file}: ${printable(path)} ${printable(byTarget(value))}`;
			findings.push({ code: "hydra.target", message, hint, file });
		}
	}
	return findings;
}

function calls(text: string, { file, name }: YamlFile): Finding[] {
	const { hint } = new HeadgateError("hydra.target", "");
	return yamlCalls(text).map(({ line, what }) => ({
		code: "hydra.target",
		message: `${name} line ${line.toLocaleString("en")} ${printable(what)}`,
		hint,
		file,
		...(name === file ? { line } : {}),
	}));
}
