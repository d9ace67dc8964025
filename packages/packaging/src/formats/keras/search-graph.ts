import { setImmediate as nextTurn } from "node:timers/promises";
import type { Reader } from "../../files/read-at.ts";

const WINDOW_BYTES = 1024 * 1024;
/** Longer than what is searched for. */
const OVERLAP_BYTES = 256;
/** Protobuf allows 2 GiB; variables stand in files beside the graph. */
const MAX_SEARCHED_BYTES = 512 * 1024 * 1024;

/** They call Python of the loading program, or read and write its files. */
const UNSAFE = "PyFunc PyFuncStateless EagerPyFunc ReadFile WriteFile MatchingFiles ShellExecute".split(" ");
/** The field `op` of a node: its number, the length of the text and the text; in text form the name and the text in quotes. */
const UNSAFE_OP = new RegExp(
	UNSAFE.map(
		(op) => `\\x12${`\\x${op.length.toString(16).padStart(2, "0")}`}${op}(?![A-Za-z0-9])|\\bop\\s{0,8}:\\s{0,8}["']${op}["']`,
	).join("|"),
);
const LAMBDA = /"class_name"\s{0,8}:\s{0,8}"Lambda"|__lambda__/;

/** What a search of a TensorFlow graph found. */
export interface GraphMarks {
	/** The first operation that runs Python or touches files, and its offset. */
	readonly unsafeOp: { readonly name: string; readonly offset: number } | undefined;
	/** Offset of a Lambda layer in the description that Keras leaves in it. */
	readonly lambdaAt: number | undefined;
}

/** Searches a TensorFlow graph (`.pb`, `.pbtxt`) for operations that do more than compute, functions in it included: by bytes, so that no form of nesting hides one. */
export const searchGraph: Reader<GraphMarks> = async (source, _name, signal) => {
	let unsafeOp: GraphMarks["unsafeOp"];
	let lambdaAt: number | undefined;
	for (let at = 0; at < Math.min(source.size, MAX_SEARCHED_BYTES); at += WINDOW_BYTES) {
		signal?.throwIfAborted();
		const text = Buffer.from(await source.read(at, WINDOW_BYTES + OVERLAP_BYTES)).toString("latin1");
		const op = unsafeOp === undefined ? UNSAFE_OP.exec(text) : null;
		if (op !== null) unsafeOp = { name: /[A-Z][A-Za-z]+/.exec(op[0])![0], offset: at + op.index };
		const lambda = lambdaAt === undefined ? LAMBDA.exec(text) : null;
		if (lambda !== null) lambdaAt = at + lambda.index;
		await nextTurn();
	}
	return { unsafeOp, lambdaAt };
};
