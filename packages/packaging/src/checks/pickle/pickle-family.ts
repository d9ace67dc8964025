import { HeadgateError } from "@headgate/protocol";
import { readPickle } from "../../formats/pickle/read-pickle.ts";
import { readTarPickles } from "../../formats/pickle/read-tar-pickles.ts";
import { readZipPickles, type ZipPickles } from "../../formats/pickle/read-zip-pickles.ts";
import { sniffContainer } from "../../formats/sniff.ts";
import { type Finding, findingOf } from "../check.ts";
import type { CheckContext, FileKind } from "../context.ts";

/** A file that is unpickled when it is loaded, or holds something that is. */
export interface PickleFile {
	readonly path: string;
	readonly kind: "pickle" | "joblib" | "torch" | "archive";
	/** What is wrong with what it would do. */
	readonly findings: readonly Finding[];
	readonly sklearnVersions: readonly string[];
}

/** Every file that is called a pickle, or is one by its bytes whatever its name, archives looked into. */
export function pickleFiles(context: CheckContext): Promise<PickleFile[]> {
	return context.gather(findPickles);
}

/** One after the other: each may take the machine's whole memory. */
async function findPickles(context: CheckContext): Promise<PickleFile[]> {
	const found: PickleFile[] = [];
	for (const kind of await context.formats()) {
		const file = await pickleFile(context, kind);
		if (file !== undefined) found.push(file);
	}
	return found;
}

/** Packed so that nobody can look into it: code of the package could unpack and load it, and only Python loads pickles. */
async function unseen(context: CheckContext, path: string, error: HeadgateError): Promise<PickleFile> {
	const manifest = await context.manifest();
	const finding = findingOf(error, path);
	const findings: Finding[] = [manifest?.runtime.kind === "python" ? finding : { ...finding, severity: "warn" }];
	return { path, kind: "archive", findings, sklearnVersions: [] };
}

async function pickleFile(context: CheckContext, { path, claimed, held }: FileKind): Promise<PickleFile | undefined> {
	const said =
		claimed === "pickle" || claimed === "joblib" || claimed === "torch" ? claimed : await importFirst(context, path, claimed);
	try {
		const container = await sniffContainer(await context.open(path));
		if (container === "zip") return await zipFile(context, path, said, held === "torch");
		const tar = said === undefined ? await context.read(path, readTarPickles) : undefined;
		if (tar !== undefined && tar.pickles.length + tar.errors.length > 0) return archiveFile(path, "archive", tar);
		const scan = await context.read(path, readPickle);
		if (scan.form === "other" && said === undefined) return undefined;
		const kind = scan.form === "torch" ? "torch" : scan.arrays > 0 ? "joblib" : (said ?? "pickle");
		const findings = scan.problems.map(({ code, message, offset }) => ({
			code,
			message: `${path} ${message}`,
			hint: hintOf(code, message),
			file: path,
			offset,
		}));
		return { path, kind, findings, sklearnVersions: scan.sklearnVersions };
	} catch (error) {
		// What is packed and not called a pickle is loaded by what is called so in the manifest, or not at all.
		const isOther =
			error instanceof HeadgateError &&
			said === undefined &&
			(claimed !== undefined || !(await context.weights()).includes(path));
		if (isOther && error.code === "pickle.packed" && claimed === undefined) return await unseen(context, path, error);
		if (isOther && error.code !== "pickle.limit") return undefined;
		return { path, kind: said ?? "pickle", findings: [findingOf(error, path)], sklearnVersions: [] };
	}
}

/** Weights of no known format that begin with the opcode of an import: even where they break off behind it, the import has happened. */
async function importFirst(context: CheckContext, path: string, claimed: string | undefined): Promise<"pickle" | undefined> {
	if (claimed !== undefined || !(await context.weights()).includes(path)) return undefined;
	const head = Buffer.from(await (await context.open(path)).read(0, 256)).toString("latin1");
	return /^[ci][A-Za-z_][\w.]*\n/.test(head) ? "pickle" : undefined;
}

async function zipFile(
	context: CheckContext,
	path: string,
	said: PickleFile["kind"] | undefined,
	isTorch: boolean,
): Promise<PickleFile | undefined> {
	const found = await context.read(path, readZipPickles);
	if (found.pickles.length === 0 && found.errors.length === 0 && said === undefined && !isTorch) return undefined;
	return archiveFile(path, isTorch ? "torch" : "archive", found);
}

function archiveFile(path: string, kind: PickleFile["kind"], { pickles, errors }: ZipPickles): PickleFile {
	const findings = pickles.flatMap(({ entry, problems }) =>
		problems.map(({ code, message, offset }) => ({
			code,
			message: `${path}, entry ${entry}, ${message}`,
			hint: hintOf(code, message),
			file: path,
			offset,
		})),
	);
	return {
		path,
		kind,
		findings: [...findings, ...errors.map((error) => findingOf(error, path))],
		sklearnVersions: pickles.flatMap(({ sklearnVersions }) => sklearnVersions),
	};
}

function hintOf(code: string, message: string): string {
	const hint = new HeadgateError(code, "").hint;
	return code === "pickle.global" && / (__main__|torch\.nn)\./.test(message)
		? "Save the state_dict alone, or classes of an installed library: what is defined in a script cannot be trusted by name."
		: hint;
}
