import type { ReadAt } from "../files/read-at.ts";
import { sniffContainer } from "./sniff.ts";

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

/** What a file is by its content; undefined for what no format here begins with, ONNX among it: it has no magic. */
export async function formatByContent(source: ReadAt): Promise<FileFormat | undefined> {
	switch (await sniffContainer(source)) {
		case "GGUF":
			return "gguf";
		case "NumPy":
			return "numpy";
		case "HDF5":
			return "hdf5";
		case "pickle":
			return "pickle";
		default:
			return (await beginsLikeSafetensors(source)) ? "safetensors" : undefined;
	}
}

/** A little-endian length of 8 bytes and a JSON object of that length. */
async function beginsLikeSafetensors(source: ReadAt): Promise<boolean> {
	if (source.size < 10) return false;
	const head = Buffer.from(await source.read(0, 9));
	return head[8] === 0x7b && head.readBigUInt64LE(0) <= BigInt(source.size - 8);
}
