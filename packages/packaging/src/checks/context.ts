import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HeadgateError, type Manifest } from "@headgate/protocol";
import { fileSource, type ReadAt } from "../files/read-at.ts";
import type { PackageFile } from "../files/walk-package.ts";
import type { OnnxModel } from "../formats/onnx/onnx-model.ts";
import { readOnnx } from "../formats/onnx/read-onnx.ts";
import { LOCK_FILE, MANIFEST_FILE, type PackageLock } from "../lock/package-lock.ts";
import type { Seal } from "../lock/seal.ts";
import { MANIFEST_MAX_BYTES, tooLarge } from "../manifest/decode-text.ts";
import { type ManifestReading, readManifest } from "../manifest/read-manifest.ts";

/** What the sender said the package is. */
export interface PackageClaim {
	readonly packageDigest?: string;
	readonly files?: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

/** What H03 needs to know of the version that answers now. */
export interface ChampionContract {
	readonly version: string;
	readonly inputSchema: unknown;
	readonly outputSchema: unknown;
}

export interface CheckInput {
	/** The package folder. */
	readonly root: string;
	readonly files: readonly PackageFile[];
	/** Epoch ms. */
	readonly now: number;
	/** For the integrity tiers. */
	readonly budgetMs: number;
	/** Chooses the sampled chunks; the same seed chooses the same. */
	readonly seed: number;
	readonly lock?: PackageLock | undefined;
	/** Why there is a lock that cannot be used. */
	readonly lockProblem?: string | undefined;
	readonly seal?: Seal | undefined;
	readonly claim?: PackageClaim | undefined;
	readonly champion?: ChampionContract | undefined;
	/** False for a weight file alone. */
	readonly withManifest: boolean;
}

const MAX_JSON_BYTES = 4 * 1024 * 1024;
const WEIGHTS = /\.(onnx|ort|safetensors|gguf|bin|data|weights|pt|pth|ckpt|pkl|pickle|joblib|h5|hdf5|keras|npy|npz)$/i;

/** What checks look at. Files are opened once, structures are read once, and everything is closed at the end. */
export class CheckContext {
	readonly input: CheckInput;
	readonly signal: AbortSignal;
	readonly #sources = new Map<string, Promise<ReadAt & { close(): Promise<void> }>>();
	readonly #models = new Map<string, Promise<OnnxModel>>();
	#manifest: Promise<ManifestReading> | undefined;

	constructor(input: CheckInput, signal: AbortSignal) {
		this.input = input;
		this.signal = signal;
	}

	/** Reads at a file of the package. Throws HeadgateError `weights.unreadable`. */
	open(path: string): Promise<ReadAt> {
		const open = this.#sources.get(path) ?? fileSource(join(this.input.root, path));
		this.#sources.set(path, open);
		return open;
	}

	/** The structure of an ONNX file. Throws HeadgateError as readOnnx does, the same each time. */
	onnx(path: string): Promise<OnnxModel> {
		const read = this.#models.get(path) ?? this.open(path).then((source) => readOnnx(source, path, this.signal));
		this.#models.set(path, read);
		return read;
	}

	reading(): Promise<ManifestReading> {
		this.#manifest ??= this.#readManifest();
		return this.#manifest;
	}

	/** The manifest, or undefined when it cannot be read (M01 says why). */
	async manifest(): Promise<Manifest | undefined> {
		const reading = this.input.withManifest ? await this.reading() : undefined;
		return reading?.ok ? reading.manifest : undefined;
	}

	/** Content files: all but the lock. */
	content(): readonly PackageFile[] {
		return this.input.files.filter((file) => file.path !== LOCK_FILE);
	}

	has(path: string): boolean {
		return this.input.files.some((file) => file.path === path);
	}

	/** Files that hold weights, by the manifest and by their names. */
	async weights(): Promise<string[]> {
		const manifest = await this.manifest();
		const named = new Set(
			manifest?.artifacts?.filter((artifact) => artifact.role === "weights").map((artifact) => artifact.path),
		);
		if (manifest?.runtime.kind === "onnx" && manifest.runtime.entry !== undefined) named.add(manifest.runtime.entry);
		if (!this.input.withManifest) for (const file of this.input.files) named.add(file.path);
		for (const file of this.input.files) if (WEIGHTS.test(file.path)) named.add(file.path);
		return [...named].filter((path) => this.has(path)).sort();
	}

	/** ONNX files: the manifest's entry and artifacts, and every `.onnx`. */
	async onnxFiles(): Promise<string[]> {
		const manifest = await this.manifest();
		const formats = new Map(manifest?.artifacts?.map((artifact) => [artifact.path, artifact.format]));
		const entry = manifest?.runtime.kind === "onnx" ? manifest.runtime.entry : undefined;
		const paths = this.input.files.map((file) => file.path);
		return paths.filter((path) => path === entry || formats.get(path) === "onnx" || /\.onnx$/i.test(path));
	}

	/** ONNX files that C01 could read: the others are its finding alone. */
	async readableOnnx(): Promise<{ readonly path: string; readonly model: OnnxModel }[]> {
		const models: { path: string; model: OnnxModel }[] = [];
		for (const path of await this.onnxFiles()) {
			try {
				models.push({ path, model: await this.onnx(path) });
			} catch (error) {
				if (!(error instanceof HeadgateError)) throw error;
			}
		}
		return models;
	}

	/** A JSON file of the package. Throws HeadgateError `schema.unreadable`. */
	async json(path: string): Promise<unknown> {
		const file = this.input.files.find((candidate) => candidate.path === path);
		if (file === undefined) throw new HeadgateError("schema.unreadable", `${path} is not in the package`, { path });
		if (file.size > MAX_JSON_BYTES) throw new HeadgateError("schema.unreadable", `${path} is larger than 4 MiB`, { path });
		try {
			return JSON.parse(await readFile(join(this.input.root, path), "utf8"));
		} catch (cause) {
			throw new HeadgateError("schema.unreadable", `${path} is not JSON: ${(cause as Error).message}`, { path, cause });
		}
	}

	async close(): Promise<void> {
		const sources = await Promise.allSettled(this.#sources.values());
		await Promise.allSettled(sources.flatMap((source) => (source.status === "fulfilled" ? [source.value.close()] : [])));
	}

	async #readManifest(): Promise<ManifestReading> {
		const file = this.input.files.find((candidate) => candidate.path === MANIFEST_FILE);
		if (file === undefined) {
			const hint = "Run headgate init on the folder.";
			return { ok: false, problems: [{ code: "manifest.absent", message: `there is no ${MANIFEST_FILE}`, hint, path: "" }] };
		}
		const source = await this.open(MANIFEST_FILE);
		if (source.size > MANIFEST_MAX_BYTES) return { ok: false, problems: [tooLarge(source.size)] };
		return readManifest(await source.read(0, source.size), { now: this.input.now });
	}
}
