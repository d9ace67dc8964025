import { shownName } from "../../archive/archive-error.ts";
import type { ReadAt } from "../../files/read-at.ts";
import { bytesSource, sliceSource } from "../../files/read-at.ts";
import type { FileFormat } from "../../formats/detect-format.ts";
import { type Container, EXECUTABLE_CONTAINERS, FOREIGN_ARCHIVES, PACKED_STREAMS, sniffContainer } from "../../formats/sniff.ts";
import { readZip } from "../../formats/zip/read-zip.ts";
import type { ZipEntry } from "../../formats/zip/zip-archive.ts";
import { streamEntry } from "../../formats/zip/zip-entry.ts";
import { type Check, type Finding, isEnough, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

/** joblib packs what it writes, and its reader unpacks it. */
const MAY_BE_PACKED: ReadonlySet<FileFormat | undefined> = new Set<FileFormat>(["joblib", "pickle"]);

export const a08Container: Check = {
	id: "A08",
	title: "Weights are no programs and no foreign archives",
	severity: "block",
	refuses:
		"Weights that are, by their first bytes, a 7-Zip, RAR or CAB archive, a packed stream that their loader does not unpack, or a " +
		"program; also a program inside a weight archive.",
	why:
		"nullifAI (February 2025) hid PyTorch models with malware in 7-Zip, which scanners did not open; CVE-2025-1889 and CVE-2025-10155 " +
		"hid them behind another extension. So a file is judged by its bytes, never by its name.",
	rules: "1",
	async run(context) {
		const weights = await context.weights();
		if (weights.length === 0) return skipped("the package has no weight file");
		const findings: Finding[] = [];
		const containers: Record<string, string> = {};
		for (const path of weights) {
			if (isEnough(findings)) break;
			const source = await context.open(path);
			const container = await sniffContainer(source);
			if (container === undefined) continue;
			containers[path] = container;
			if (container === "zip") findings.push(...(await programsIn(context, source, path)));
			else if (await isForeign(context, path, container))
				findings.push({ ...foreign(path, container), ...(await ofLoose(context, path)) });
		}
		const ok = pass(`${weights.length} weight file${weights.length === 1 ? "" : "s"}`, { containers });
		return judge(findings, ok);
	},
};

async function isForeign(context: CheckContext, path: string, container: Container): Promise<boolean> {
	if (FOREIGN_ARCHIVES.has(container) || EXECUTABLE_CONTAINERS.has(container)) return true;
	return PACKED_STREAMS.has(container) && !MAY_BE_PACKED.has(await context.claimedFormat(path));
}

/** A packed file that is looked at alone and is not called weights may be anything: nothing is refused, nothing is known of it. */
async function ofLoose(context: CheckContext, path: string): Promise<Pick<Finding, "severity">> {
	const loose = !context.input.withManifest && (await context.claimedFormat(path)) === undefined;
	const container = await sniffContainer(await context.open(path));
	return loose && container !== undefined && PACKED_STREAMS.has(container) ? { severity: "warn" } : {};
}

function foreign(file: string, container: Container): Finding {
	const isProgram = EXECUTABLE_CONTAINERS.has(container);
	const article = /^([AEIOU]|xz|LZ4)/.test(container) ? "an" : "a";
	const kind = isProgram ? container : FOREIGN_ARCHIVES.has(container) ? `${container} archive` : `${container} stream`;
	const message = `${file} is ${article} ${kind}, which never holds weights`;
	const hint = isProgram
		? "Remove it: a program is no weights, whatever it is called."
		: "Unpack it and push the weight file itself.";
	return { code: "weights.container", message, hint, file };
}

/** What cannot be read as zip is the finding of A06. */
async function programsIn(context: CheckContext, source: ReadAt, path: string): Promise<Finding[]> {
	const archive = await context.read(path, readZip).catch(() => undefined);
	const findings: Finding[] = [];
	for (const entry of archive?.entries ?? []) {
		if (entry.isFolder || isEnough(findings)) continue;
		const container = await startOf(source, entry, path, context.signal)
			.then(sniffContainer)
			.catch(() => undefined);
		if (container === undefined || !EXECUTABLE_CONTAINERS.has(container)) continue;
		const message = `${path} holds ${shownName(entry.name)}, a ${container}`;
		findings.push({ code: "weights.container", message, hint: "Save the model again without it.", file: path });
	}
	return findings;
}

/** As much of an entry as tells what it is. */
async function startOf(source: ReadAt, entry: ZipEntry, name: string, signal: AbortSignal): Promise<ReadAt> {
	if (entry.method === 0) return sliceSource(source, entry.dataAt, entry.bytes);
	for await (const piece of streamEntry(source, entry, { name, maxBytes: Number.MAX_SAFE_INTEGER, signal }))
		return bytesSource(piece);
	return bytesSource(new Uint8Array(0));
}
