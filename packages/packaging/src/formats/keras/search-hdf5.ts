import { setImmediate as nextTurn } from "node:timers/promises";
import type { Reader } from "../../files/read-at.ts";

const WINDOW_BYTES = 1024 * 1024;
/** Longer than what is searched for. */
const OVERLAP_BYTES = 256;
/** Keras writes attributes before the weights or among the first; a file of weights is not searched to its end. */
const MAX_SEARCHED_BYTES = 256 * 1024 * 1024;

const LAMBDA = /"class_name"\s{0,8}:\s{0,8}"Lambda"|__lambda__/;

/** What a search of an HDF5 file for the marks of a Keras model found. */
export interface Hdf5Marks {
	/** Offset of `model_config`, the attribute that makes it a model. */
	readonly modelConfigAt: number | undefined;
	/** Offset of a Lambda layer: marshalled Python code. */
	readonly lambdaAt: number | undefined;
	/** The file was searched to its end. */
	readonly isWhole: boolean;
}

/** Searches an HDF5 file for a Keras model, by bytes: the format's own index is not read. Throws what the source throws. */
export const searchHdf5: Reader<Hdf5Marks> = async (source, _name, signal) => {
	const end = Math.min(source.size, MAX_SEARCHED_BYTES);
	let modelConfigAt: number | undefined;
	let lambdaAt: number | undefined;
	for (let at = 0; at < end && (modelConfigAt === undefined || lambdaAt === undefined); at += WINDOW_BYTES) {
		signal?.throwIfAborted();
		const bytes = Buffer.from(await source.read(at, Math.min(WINDOW_BYTES + OVERLAP_BYTES, end - at)));
		const text = bytes.toString("latin1");
		const config = text.indexOf("model_config");
		if (config >= 0) modelConfigAt ??= at + config;
		const lambda = LAMBDA.exec(text);
		if (lambda !== null) lambdaAt ??= at + lambda.index;
		await nextTurn();
	}
	return { modelConfigAt, lambdaAt, isWhole: end === source.size };
};
