import { join } from "node:path";
import { HeadgateError, type Manifest } from "@headgate/protocol";
import { FilePool } from "../files/file-pool.ts";
import type { ReadAt, Reader } from "../files/read-at.ts";
import { sideBySide } from "../files/side-by-side.ts";
import type { PackageFile } from "../files/walk-package.ts";
import { FILE_FORMATS, type FileFormat, formatByContent, formatByName } from "../formats/detect-format.ts";
import type { OnnxModel } from "../formats/onnx/onnx-model.ts";
import { readOnnx } from "../formats/onnx/read-onnx.ts";
import { isContent, MANIFEST_FILE } from "../lock/package-lock.ts";
import { brokenSeals } from "../lock/seal.ts";
import { MANIFEST_MAX_BYTES, tooLarge } from "../manifest/decode-text.ts";
import { type ManifestReading, readManifest } from "../manifest/read-manifest.ts";
import type { CheckInput } from "./check-input.ts";

/** Files whose first bytes are read together. */
const AT_ONCE = 32;
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const WEIGHTS = /\.(onnx|ort|safetensors|gguf|bin|data|weights|pt|pth|ckpt|pkl|pickle|joblib|h5|hdf5|keras|npy|npz)$/i;

export interface FileKind {
	readonly path: string;
	/** By the manifest, else by its name. */
	readonly claimed: FileFormat | undefined;
	/** By its bytes. */
	readonly held: FileFormat | undefined;
}

/** What checks look at. Structures are read once, and everything is closed at the end. */
export class CheckContext {
	readonly input: CheckInput;
	readonly signal: AbortSignal;
	readonly #pool = new FilePool();
	readonly #sizes: ReadonlyMap<string, number>;
	readonly #memo = new Map<string, Map<unknown, Promise<unknown>>>();

	constructor(input: CheckInput, signal: AbortSignal) {
		this.input = input;
		this.signal = signal;
		this.#sizes = new Map(input.files.map((file) => [file.path, file.size]));
	}

	/** Reads at a file of the package; reads throw HeadgateError `weights.unreadable`. Throws `package.not-found` for none of its files. */
	async open(path: string): Promise<ReadAt> {
		const size = this.#sizes.get(path);
		if (size === undefined) throw new HeadgateError("package.not-found", `${path} is not in the package`, { path });
		return this.#pool.source(join(this.input.root, path), size);
	}

	/** What a reader makes of a file: read once, the same refusal each time. */
	read<T>(path: string, reader: Reader<T>): Promise<T> {
		return this.#once(path, reader, async () => reader(await this.open(path), path, this.signal));
	}

	/** What is known of the package as a whole: put together once. */
	gather<T>(make: (context: CheckContext) => Promise<T>): Promise<T> {
		return this.#once("", make, () => make(this));
	}

	/** What every content file is said to be, and what it is. */
	formats(): Promise<readonly FileKind[]> {
		return this.gather(formatsOf);
	}

	/** The files of a format, by what the manifest or their names say or by what they hold. */
	async filesOf(...formats: readonly FileFormat[]): Promise<string[]> {
		const wanted: ReadonlySet<FileFormat | undefined> = new Set(formats);
		return (await this.formats()).flatMap(({ path, claimed, held }) => (wanted.has(claimed) || wanted.has(held) ? [path] : []));
	}

	/** The files of a format that their reader can read; the others are another check's finding. */
	async readable<T>(format: FileFormat, reader: Reader<T>): Promise<{ readonly path: string; readonly model: T }[]> {
		const models: { path: string; model: T }[] = [];
		for (const path of await this.filesOf(format)) {
			try {
				models.push({ path, model: await this.read(path, reader) });
			} catch (error) {
				if (!(error instanceof HeadgateError) || error.row.exit === 3) throw error;
			}
		}
		return models;
	}

	/** ONNX files that C01 could read: the others are its finding alone. */
	readableOnnx(): Promise<{ readonly path: string; readonly model: OnnxModel }[]> {
		return this.readable("onnx", readOnnx);
	}

	/** What the manifest, else the name of a file says it is. */
	async claimedFormat(path: string): Promise<FileFormat | undefined> {
		const manifest = await this.manifest();
		if (manifest?.runtime.kind === "onnx" && manifest.runtime.entry === path) return "onnx";
		const declared = manifest?.artifacts?.find((artifact) => artifact.path === path)?.format;
		return FILE_FORMATS.find((format) => format === declared) ?? formatByName(path);
	}

	/** What a file is by its bytes. */
	contentFormat(path: string): Promise<FileFormat | undefined> {
		return this.read(path, formatByContent);
	}

	reading(): Promise<ManifestReading> {
		return this.#once(MANIFEST_FILE, readManifest, () => this.#readManifest());
	}

	/** The manifest, or undefined when it cannot be read (M01 says why). */
	async manifest(): Promise<Manifest | undefined> {
		const reading = this.input.withManifest ? await this.reading() : undefined;
		return reading?.ok ? reading.manifest : undefined;
	}

	/** Content files: all but the lock and the signature. */
	content(): readonly PackageFile[] {
		return this.input.files.filter((file) => isContent(file.path));
	}

	has(path: string): boolean {
		return this.#sizes.has(path);
	}

	/** Files that hold weights, by the manifest and by their names. */
	weights(): Promise<readonly string[]> {
		return this.gather(weightsOf);
	}

	/** A UTF-8 text file of the package. Throws HeadgateError `file.unreadable`, also above `maxBytes` (default 4 MiB). */
	text(path: string, maxBytes = MAX_TEXT_BYTES): Promise<string> {
		return this.#once(path, `text up to ${maxBytes}`, async () => {
			if (!this.has(path)) throw new HeadgateError("file.unreadable", `${path} is not in the package`, { path });
			const source = await this.open(path);
			if (source.size > maxBytes) {
				const message = `${path} has ${source.size.toLocaleString("en")} bytes, at most ${maxBytes.toLocaleString("en")} are read`;
				throw new HeadgateError("file.unreadable", message, { path });
			}
			try {
				return new TextDecoder("utf-8", { fatal: true }).decode(await source.read(0, source.size));
			} catch (cause) {
				if (cause instanceof HeadgateError) throw cause;
				throw new HeadgateError("file.unreadable", `${path} is not UTF-8 text`, { path, cause });
			}
		});
	}

	/** A JSON file of the package. Throws HeadgateError `file.unreadable`. */
	async json(path: string): Promise<unknown> {
		const text = await this.text(path);
		try {
			return JSON.parse(text);
		} catch (cause) {
			throw new HeadgateError("file.unreadable", `${path} is not JSON: ${(cause as Error).message}`, { path, cause });
		}
	}

	/** Why the files are not known to be those that were stored; empty when every seal holds. */
	brokenSeals(): Promise<readonly string[]> {
		return this.#once("", "seals", async () => {
			const { seal, lock, root, now } = this.input;
			if (lock === undefined || seal === undefined || seal.digest !== lock.packageDigest) return ["there is no seal"];
			return brokenSeals(
				root,
				seal,
				lock.files.map((file) => file.path),
				now,
			);
		});
	}

	async close(): Promise<void> {
		await this.#pool.close();
	}

	#once<T>(path: string, what: unknown, make: () => Promise<T>): Promise<T> {
		const known = this.#memo.get(path) ?? new Map<unknown, Promise<unknown>>();
		this.#memo.set(path, known);
		const made = (known.get(what) as Promise<T> | undefined) ?? make();
		known.set(what, made);
		return made;
	}

	async #readManifest(): Promise<ManifestReading> {
		if (!this.has(MANIFEST_FILE)) {
			const hint = "Run headgate init on the folder.";
			return { ok: false, problems: [{ code: "manifest.absent", message: `there is no ${MANIFEST_FILE}`, hint, path: "" }] };
		}
		const source = await this.open(MANIFEST_FILE);
		if (source.size > MANIFEST_MAX_BYTES) return { ok: false, problems: [tooLarge(source.size)] };
		return readManifest(await source.read(0, source.size), { now: this.input.now });
	}
}

function formatsOf(context: CheckContext): Promise<FileKind[]> {
	return sideBySide(context.content(), AT_ONCE, async ({ path }) => {
		return { path, claimed: await context.claimedFormat(path), held: await context.contentFormat(path) };
	});
}

async function weightsOf(context: CheckContext): Promise<string[]> {
	const { files, withManifest } = context.input;
	const manifest = await context.manifest();
	const named = new Set(manifest?.artifacts?.filter((artifact) => artifact.role === "weights").map((artifact) => artifact.path));
	if (manifest?.runtime.kind === "onnx" && manifest.runtime.entry !== undefined) named.add(manifest.runtime.entry);
	for (const { path } of files) if (!withManifest || WEIGHTS.test(path)) named.add(path);
	return [...named].filter((path) => context.has(path)).sort();
}
