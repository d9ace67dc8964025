import { folderOf } from "../../contents/config/config-names.ts";
import { readSafetensors } from "../../formats/safetensors/read-safetensors.ts";
import type { CheckContext } from "../context.ts";

/** A tensor of any format, without its bytes. */
export interface TensorShape {
	readonly file: string;
	readonly name: string;
	/** As safetensors writes it, such as `BF16`; empty for other formats. */
	readonly dtype: string;
	readonly shape: readonly number[];
}

const EMBEDDINGS =
	/(^|[./])(embed_tokens|wte|shared|word_embeddings|tok_embeddings|embed_in|token_embedding)\.weight$|^token_embd\.weight$/;

/** The embeddings that a token id chooses a row of. */
export function isEmbedding({ name, shape }: TensorShape): boolean {
	return shape.length === 2 && EMBEDDINGS.test(name);
}

/** Every tensor of safetensors files, and the initializers of ONNX files. */
export async function tensorShapes(context: CheckContext): Promise<TensorShape[]> {
	const shapes: TensorShape[] = [];
	for (const { path, model } of await context.readableOnnx()) {
		for (const { name, dims, main } of model.tensors) if (main) shapes.push({ file: path, name, dtype: "", shape: dims });
	}
	for (const { path, model } of await context.readable("safetensors", readSafetensors)) {
		for (const { name, dtype, shape } of model.tensors) shapes.push({ file: path, name, dtype, shape });
	}
	return shapes;
}

/**
 * The weights that belong to a file such as a tokenizer or a configuration: those beside it; else those of the folder that diffusers pairs
 * with it; else, where it is the only one of its kind, all that have none beside them.
 */
export function weightsFor(path: string, kin: readonly string[], shapes: readonly TensorShape[]): readonly TensorShape[] {
	const folder = folderOf(path);
	const beside = shapes.filter(({ file }) => folderOf(file) === folder);
	if (beside.length > 0) return beside;
	const pair = folder.replace(/(^|\/)tokenizer(_\d+)?\/$/, "$1text_encoder$2/");
	const paired = shapes.filter(({ file }) => folderOf(file) === pair);
	if (paired.length > 0) return paired;
	const folders = new Set(kin.map(folderOf));
	return folders.size > 1 ? [] : shapes;
}
