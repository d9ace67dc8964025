import { printable } from "../../files/package-path.ts";

/** Something in a Keras configuration that runs code, or that nothing here knows to be harmless. */
export interface KerasProblem {
	readonly code: "keras.lambda" | "keras.unsafe";
	/** Continues "FILE ...". */
	readonly message: string;
}

const MAX_PROBLEMS = 100;
/** Names that reach code, files or the network wherever they stand. */
const UNSAFE_WORDS: ReadonlySet<string> = new Set(["enable_unsafe_deserialization", "get_file", "TorchModuleWrapper", "fn_name"]);

/**
 * Judges a Keras configuration by what it names: `Lambda` and `__lambda__` are Python code, a module other than Keras's own is imported
 * and called. Never throws; a walk without recursion, so that depth costs nothing.
 */
export function kerasProblems(config: unknown): KerasProblem[] {
	const problems = new Map<string, KerasProblem>();
	const open: { readonly value: unknown; readonly path: string }[] = [{ value: config, path: "" }];
	while (open.length > 0 && problems.size < MAX_PROBLEMS) {
		const { value, path } = open.pop()!;
		if (typeof value === "string") {
			if (UNSAFE_WORDS.has(value)) add("keras.unsafe", `names ${value}${at(path)}`);
			continue;
		}
		if (typeof value !== "object" || value === null) continue;
		if (!Array.isArray(value)) judge(value as Readonly<Record<string, unknown>>, path);
		for (const [key, inner] of Object.entries(value))
			open.push({ value: inner, path: path === "" ? key : `${path}.${key}`.slice(-120) });
	}
	return [...problems.values()];

	function judge(node: Readonly<Record<string, unknown>>, path: string): void {
		const name = node["class_name"];
		if (name === "Lambda" || name === "__lambda__" || "__lambda__" in node) {
			add("keras.lambda", `holds a Lambda${at(path)}: Python code that runs when the model is loaded or called`);
		}
		for (const key of Object.keys(node)) if (UNSAFE_WORDS.has(key)) add("keras.unsafe", `has ${key}${at(path)}`);
		if (!("module" in node) || isKerasModule(node["module"])) return;
		const shown = printable(String(node["module"]).slice(0, 80));
		add(
			"keras.unsafe",
			`takes ${printable(String(name).slice(0, 80))} from the module ${shown}${at(path)}, which is not of Keras`,
		);
	}

	function add(code: KerasProblem["code"], message: string): void {
		problems.set(message, { code, message });
	}
}

function isKerasModule(module: unknown): boolean {
	return typeof module === "string" && /^(keras|keras_hub)(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(module);
}

function at(path: string): string {
	return path === "" ? "" : ` at ${printable(path)}`;
}
