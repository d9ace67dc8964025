import type { ReadAt } from "../files/read-at.ts";
import { runPickle } from "./pickle/pickle-machine.ts";
import { isPickle } from "./pickle/pickle-run.ts";
import { sniffContainer } from "./sniff.ts";
import { isLegacyTorch } from "./torch/legacy-torch.ts";
import { readZip } from "./zip/read-zip.ts";

/** Enough to see an import and a call behind a good deal of padding. */
const FIRST_OPCODES = 20_000;

/** What a file of a package can be, as far as a reader here knows it. The words of `artifacts[].format` in model.yaml. */
export const FILE_FORMATS = [
	"onnx",
	"onnx-external-data",
	"safetensors",
	"gguf",
	"pickle",
	"joblib",
	"torch",
	"numpy",
	"npz",
	"keras",
	"hdf5",
] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

const BY_NAME: readonly (readonly [RegExp, FileFormat])[] = [
	[/\.onnx$/i, "onnx"],
	[/\.safetensors$/i, "safetensors"],
	[/\.gguf$/i, "gguf"],
	[/\.(pkl|pickle)$/i, "pickle"],
	[/\.joblib$/i, "joblib"],
	[/\.(pt|pth|ckpt)$/i, "torch"],
	[/(^|\/)pytorch_model.*\.bin$/i, "torch"],
	[/\.npy$/i, "numpy"],
	[/\.npz$/i, "npz"],
	[/\.keras$/i, "keras"],
	[/\.(h5|hdf5)$/i, "hdf5"],
];

/** What a file's name says it is. */
export function formatByName(path: string): FileFormat | undefined {
	return BY_NAME.find(([pattern]) => pattern.test(path))?.[1];
}

/**
 * What a file is by its content, whatever its name: by its magic, a zip archive by the names of its entries, a pickle by what its first
 * opcodes do. Undefined for what no format here begins with, ONNX among it: it has no magic.
 */
export async function formatByContent(source: ReadAt): Promise<FileFormat | undefined> {
	switch (await sniffContainer(source)) {
		case "GGUF":
			return "gguf";
		case "NumPy":
			return "numpy";
		case "HDF5":
			return "hdf5";
		case "zip":
			return formatByEntries(source);
		default:
			if (await beginsLikeSafetensors(source)) return "safetensors";
			if (await isLegacyTorch(source)) return "torch";
			return (await beginsLikePickle(source)) ? "pickle" : undefined;
	}
}

/** A zip archive that cannot be read is none of the formats: other checks say what is wrong with it. */
async function formatByEntries(source: ReadAt): Promise<FileFormat | undefined> {
	const names = await readZip(source, "").then(
		({ entries }) => entries.filter((entry) => !entry.isFolder).map((entry) => entry.name),
		(): string[] => [],
	);
	if (names.some((name) => /(^|\/)(data|constants)\.pkl$/.test(name))) return "torch";
	if (names.includes("config.json") && names.some((name) => /^(metadata\.json|model\.weights\.h5)$/.test(name))) return "keras";
	return names.length > 0 && names.every((name) => name.endsWith(".npy")) ? "npz" : undefined;
}

/**
 * Text is full of letters that are opcodes, so letters alone prove nothing: a file counts as a pickle when its opcodes call something
 * before they break off, when they name something and reach STOP, or when they follow a PROTO header. Text breaks off before.
 */
async function beginsLikePickle(source: ReadAt): Promise<boolean> {
	return isPickle(await runPickle(source, 0, { budget: { opcodes: FIRST_OPCODES } }));
}

/** A little-endian length of 8 bytes and a JSON object of that length. */
async function beginsLikeSafetensors(source: ReadAt): Promise<boolean> {
	if (source.size < 10) return false;
	const head = Buffer.from(await source.read(0, 9));
	return head[8] === 0x7b && head.readBigUInt64LE(0) <= BigInt(source.size - 8);
}
