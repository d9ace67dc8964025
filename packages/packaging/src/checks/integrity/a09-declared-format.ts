import { archiveKind } from "../../archive/archive-kind.ts";
import { examineArchive } from "../../archive/examine-archive.ts";
import type { FileFormat } from "../../formats/detect-format.ts";
import { type Container, PACKED_STREAMS, sniffContainer } from "../../formats/sniff.ts";
import { readZip } from "../../formats/zip/read-zip.ts";
import { formatOfZip } from "../../formats/zip/zip-format.ts";
import { type Check, type Finding, findingOf, isEnough, judge, pass } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { secondKind } from "./second-kind.ts";

/** What files of a format begin like; `undefined` among them where nothing marks its beginning, or where its own check says what is wrong. */
const CONTAINERS: Readonly<Partial<Record<FileFormat, ReadonlySet<Container | undefined>>>> = {
	onnx: new Set([undefined]),
	safetensors: new Set([undefined]),
	gguf: new Set<Container | undefined>(["GGUF", undefined]),
	pickle: new Set<Container | undefined>(["pickle", undefined, ...PACKED_STREAMS]),
	joblib: new Set<Container | undefined>(["pickle", undefined, ...PACKED_STREAMS]),
	torch: new Set<Container | undefined>(["zip", "pickle", "tar", undefined]),
	numpy: new Set<Container | undefined>(["NumPy"]),
	npz: new Set<Container | undefined>(["zip"]),
	keras: new Set<Container | undefined>(["zip", "HDF5"]),
	hdf5: new Set<Container | undefined>(["HDF5"]),
};
const ARCHIVE_NAMES: readonly (readonly [RegExp, string])[] = [
	[/\.zip$/i, "zip"],
	[/\.tar$/i, "tar"],
	[/\.(tar\.gz|tgz)$/i, "tar.gz"],
];

export const a09DeclaredFormat: Check = {
	id: "A09",
	title: "Every file is of one kind, the one it says",
	severity: "block",
	refuses:
		"A file of another format than the manifest or its name says, and one that is two at once: a zip behind a pickle or behind any " +
		"other weights, and bytes before, after or between the entries of an archive.",
	why:
		"A file that one program reads as a pickle and another as a zip is scanned as the harmless one and loaded as the other " +
		"(Trail of Bits' polyglots for fickling; CVE-2025-1889).",
	rules: "1",
	deadlineMs: 1_800_000,
	async run(context) {
		const findings: Finding[] = [];
		const weights = new Set(await context.weights());
		for (const { path, size } of context.content()) {
			if (size === 0) continue;
			if (isEnough(findings)) break;
			const other = await otherKind(context, path);
			if (other !== undefined) findings.push(other);
			if (weights.has(path)) findings.push(...(await secondKind(await context.open(path), path, context.signal)));
			const problems = (await context.read(path, examineArchive))?.problems ?? [];
			for (const problem of problems) if (problem.code === "archive.foreign-bytes") findings.push(findingOf(problem, path));
		}
		return judge(findings, pass(`${context.content().length} files`));
	},
};

async function otherKind(context: CheckContext, path: string): Promise<Finding | undefined> {
	const source = await context.open(path);
	const [, archive] = ARCHIVE_NAMES.find(([names]) => names.test(path)) ?? [];
	if (archive !== undefined && archive !== (await archiveKind(source))) return mismatch(path, `a ${archive} archive`, undefined);
	const claimed = await context.claimedFormat(path);
	const expected = claimed === undefined ? undefined : CONTAINERS[claimed];
	if (claimed === undefined || expected === undefined) return undefined;
	const container = await sniffContainer(source);
	if (!expected.has(container)) return mismatch(path, claimed, container);
	const held = container === "zip" ? await zipFormat(context, path) : await context.contentFormat(path);
	const isPickled = held === "pickle" && expected.has("pickle");
	if (held === undefined || held === claimed || isPickled) return undefined;
	return expected.has(undefined) || container === "zip" ? mismatch(path, claimed, held) : undefined;
}

/** What cannot be read as zip is the finding of A06. */
async function zipFormat(context: CheckContext, path: string): Promise<FileFormat | undefined> {
	const archive = await context.read(path, readZip).catch(() => undefined);
	return archive === undefined ? undefined : formatOfZip(archive);
}

function mismatch(file: string, claimed: string, got: string | undefined): Finding {
	const what = got === undefined ? "does not begin like one" : `is ${got} by its content`;
	const message = `${file} is said to be ${claimed} and ${what}`;
	return {
		code: "weights.container",
		message,
		hint: "Name the file for what it is, or push the file that the manifest means.",
		file,
	};
}
