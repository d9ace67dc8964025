/** The catalogue's parts, by the letter that ids begin with, in the order in which people read them. */
export const CHECK_GROUPS: readonly { readonly letter: string; readonly name: string }[] = [
	{ letter: "M", name: "manifest" },
	{ letter: "A", name: "integrity and archive" },
	{ letter: "B", name: "safetensors" },
	{ letter: "C", name: "ONNX" },
	{ letter: "D", name: "GGUF and chat templates" },
	{ letter: "E", name: "pickle, PyTorch, NumPy, Keras" },
	{ letter: "F", name: "configuration, tokenizer, code" },
	{ letter: "G", name: "dependencies" },
	{ letter: "H", name: "schemas, evidence, resources" },
];

/** Those of these checks or results that belong to each group; groups without any are left out. */
export function inGroups<T extends { readonly id: string }>(
	items: readonly T[],
): { readonly name: string; readonly items: T[] }[] {
	const known = CHECK_GROUPS.map(({ letter, name }) => ({ name, items: items.filter(({ id }) => id.startsWith(letter)) }));
	const letters = new Set(CHECK_GROUPS.map(({ letter }) => letter));
	const others = { name: "others", items: items.filter(({ id }) => !letters.has(id.charAt(0))) };
	return [...known, others].filter((group) => group.items.length > 0);
}
