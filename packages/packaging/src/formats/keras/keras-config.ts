import { printable } from "../../files/package-path.ts";

/** Something in a Keras configuration that runs code, or that nothing here knows to be harmless. */
export interface KerasProblem {
	readonly code: "keras.lambda" | "keras.unsafe";
	/** Continues "FILE ...". */
	readonly message: string;
}

const MAX_PROBLEMS = 100;
/** Names that reach code, files or the network wherever they stand. */
const UNSAFE_WORDS: ReadonlySet<string> = new Set([
	"enable_unsafe_deserialization",
	"get_file",
	"TorchModuleWrapper",
	"TFSMLayer",
	"fn_name",
	"func_load",
	"load_model",
	"load_weights",
]);
/** Keras writes its losses, metrics and activations as functions of `builtins`, and looks these names up in its own modules. */
const FUNCTIONS: ReadonlySet<string> = new Set(
	(
		"binary_accuracy binary_crossentropy binary_focal_crossentropy categorical_accuracy categorical_crossentropy " +
		"categorical_focal_crossentropy categorical_generalized_cross_entropy categorical_hinge celu circle concordance_correlation " +
		"cosine_similarity ctc dice elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh hinge huber " +
		"kl_divergence leaky_relu linear log_cosh log_sigmoid log_softmax mean_absolute_error mean_absolute_percentage_error " +
		"mean_squared_error mean_squared_logarithmic_error mish pearson_correlation poisson relu relu6 selu sigmoid silu soft_shrink " +
		"softmax softplus softsign sparse_categorical_accuracy sparse_categorical_crossentropy sparse_plus sparse_sigmoid " +
		"sparse_top_k_categorical_accuracy sparsemax squared_hinge squareplus swish tanh tanh_shrink threshold " +
		"top_k_categorical_accuracy tversky"
	).split(" "),
);
/** Layers that read their vocabulary from a file, or from a network, when it is given as a text. */
const LOOKUPS = /^(StringLookup|IntegerLookup|IndexLookup|TextVectorization)$/;
/** Of a file read whole: a model that is no archive. */
const MODEL_CLASSES = /^(Sequential|Functional|Model)$/;

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
		const vocabulary = (node["config"] as { vocabulary?: unknown } | null | undefined)?.vocabulary;
		if (typeof name === "string" && LOOKUPS.test(name) && typeof vocabulary === "string" && vocabulary !== "") {
			const file = printable(vocabulary.slice(0, 80));
			add("keras.unsafe", `reads the vocabulary of a ${name} from ${file}${at(path)}, not from the model`);
		}
		if (!("module" in node) || isKerasModule(node["module"]) || isKerasFunction(node)) return;
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

/** Under any other name Python's own function would be taken, `eval` among them. */
function isKerasFunction(node: Readonly<Record<string, unknown>>): boolean {
	return (
		node["module"] === "builtins" &&
		node["class_name"] === "function" &&
		typeof node["config"] === "string" &&
		FUNCTIONS.has(node["config"])
	);
}

/** Whether a JSON document is the configuration of a whole model of Keras, as `model.to_json()` gives it. */
export function isKerasModel(document: unknown): boolean {
	const { class_name: name, config } = (document ?? {}) as { class_name?: unknown; config?: unknown };
	return typeof name === "string" && MODEL_CLASSES.test(name) && typeof config === "object" && config !== null;
}

function at(path: string): string {
	return path === "" ? "" : ` at ${printable(path)}`;
}
