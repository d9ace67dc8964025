import { BOOSTING_NAMES, NUMPY_NAMES, PYTHON_NAMES, SCIPY_NAMES } from "./allowed-names.ts";
import { SKLEARN_CLASSES, SKLEARN_NAMES } from "./allowed-sklearn.ts";
import { TORCH_NAMES } from "./allowed-torch.ts";

/**
 * What a pickle may do with an allowed name. `class`: make instances and set their state. `mapping`, `sequence`: a class that is also
 * filled like a dict or a list. `maker`: a function that gives an instance of a class among its arguments, or of itself. `function`: one
 * that is called and gives a value without a state. `value`: named, never called.
 */
export type UseKind = "class" | "mapping" | "sequence" | "maker" | "function" | "value";

export interface Use {
	readonly kind: UseKind;
	/** What opcodes may fill an instance like. */
	readonly holds: "dict" | "list" | undefined;
}

/** Module to kind of use to names, separated by spaces. */
export type AllowedNames = Readonly<Record<string, Readonly<Partial<Record<UseKind, string>>>>>;

/** Texts besides names that the machine looks for. */
const OTHER_WORDS =
	"latin1 latin-1 storage cpu cuda:0 _sklearn_version subclass shape order dtype allow_mmap numpy_array_alignment_bytes " +
	"f8 f4 f2 i8 i4 i2 i1 u8 u4 u2 u1 b1 O8 c8 c16";

const USES: Readonly<Record<UseKind, Use>> = {
	class: { kind: "class", holds: undefined },
	mapping: { kind: "mapping", holds: "dict" },
	sequence: { kind: "sequence", holds: "list" },
	maker: { kind: "maker", holds: undefined },
	function: { kind: "function", holds: undefined },
	value: { kind: "value", holds: undefined },
};

const TABLE = new Map<string, Use>();
const WORDS = new Set(OTHER_WORDS.split(" "));
for (const names of [PYTHON_NAMES, NUMPY_NAMES, SCIPY_NAMES, SKLEARN_NAMES, BOOSTING_NAMES, TORCH_NAMES]) {
	for (const [module, kinds] of Object.entries(names)) {
		for (const [kind, list] of Object.entries(kinds)) allow(module, list, USES[kind as UseKind]);
	}
}
for (const [module, list] of Object.entries(SKLEARN_CLASSES)) allow(module, list, USES.class);

/** What a pickle may do with a name, by the exact module and name; undefined when it is not on the list. */
export function useOf(module: string, name: string): Use | undefined {
	return TABLE.get(`${module}\n${name}`);
}

/** Whether a text is a module, a name or another word of the list: no other text can become an allowed name. */
export function isKnownWord(text: string): boolean {
	return WORDS.has(text);
}

function allow(module: string, list: string, use: Use): void {
	WORDS.add(module);
	for (const name of list.split(" ")) {
		WORDS.add(name);
		TABLE.set(`${module}\n${name}`, use);
	}
}
