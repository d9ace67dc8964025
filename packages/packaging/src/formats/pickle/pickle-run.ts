import type { Break } from "./opcode-reader.ts";
import type { GlobalValue } from "./pickle-value.ts";

/** Why a pickle is refused. The codes are rows of the error catalogue. */
export interface PickleProblem {
	readonly code:
		| "pickle.global"
		| "pickle.computed-callable"
		| "pickle.extension"
		| "pickle.state"
		| "pickle.malformed"
		| "pickle.nested"
		| "pickle.limit";
	readonly offset: number;
	/** Continues "FILE ...", such as "at offset 12 calls posix.system, which is not on the allow-list". */
	readonly message: string;
}

/** What one run of the machine found, from a start to STOP or to the break. */
export interface PickleRun {
	/** Offset behind STOP; undefined when the pickle broke off. */
	readonly end: number | undefined;
	readonly broken: Break | undefined;
	/** In the order of their first use. */
	readonly globals: readonly GlobalValue[];
	readonly problems: readonly PickleProblem[];
	/** Opcodes that were read. */
	readonly opcodes: number;
	/** REDUCE, OBJ, INST, NEWOBJ and BUILD that were reached. */
	readonly calls: number;
	/** A PROTO opcode stands first. */
	readonly hasHeader: boolean;
	/** Versions that scikit-learn wrote into its estimators. */
	readonly sklearnVersions: ReadonlySet<string>;
	/** Arrays of joblib that lie between the opcodes. */
	readonly arrays: number;
}

/** Whether Python would have done something that is not allowed before the run ended: what a nested pickle is refused for. */
export function isHostile(run: PickleRun): boolean {
	if (run.problems.some(({ code }) => code === "pickle.nested")) return true;
	if (run.calls > 0 && takesExtension(run)) return true;
	return run.globals.some(
		({ use, calledAt, module, name }) =>
			use === undefined && (calledAt !== undefined || run.end !== undefined) && isIdentifier(module) && isIdentifier(name),
	);
}

/** Whether a file that is not said to be a pickle is one: text and other formats break off before anything happens. */
export function isPickle(run: PickleRun): boolean {
	if (run.calls > 0 || takesExtension(run)) return true;
	if (run.end !== undefined && run.globals.length > 0) return true;
	return run.hasHeader && run.opcodes > 3;
}

/**
 * One byte in 85 is an opcode of the extension registry, so that one file of raw numbers in 85 begins with one: it counts where a pickle
 * begins or ends around it.
 */
function takesExtension({ hasHeader, end, problems }: PickleRun): boolean {
	return (hasHeader || end !== undefined) && problems.some(({ code }) => code === "pickle.extension");
}

function isIdentifier(name: string): boolean {
	return /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(name);
}
