/** Attributes without underscores by which Python's inside is reached; the list of Jinja's own sandbox. */
const INTERNAL = new Set([
	"mro",
	"func_globals",
	"func_code",
	"func_closure",
	"func_dict",
	"func_defaults",
	"im_class",
	"im_func",
	"im_self",
	"gi_frame",
	"gi_code",
	"cr_frame",
	"cr_code",
	"ag_frame",
	"ag_code",
	"f_back",
	"f_builtins",
	"f_globals",
	"f_locals",
	"tb_frame",
	"tb_next",
	"co_code",
]);

/** Special names of Python that have no place in a text for a model, whoever puts them together. */
const SPECIAL =
	/^__(?:class|base|bases|mro|subclasses|init|new|globals|builtins|import|dict|getattribute|getattr|getitem|call|code|closure|func|self|module|reduce|reduce_ex|enter|exit|del|loader|spec|subclasshook|init_subclass|wrapped|traceback|context|cause)__$/;

/** Whether the attribute of a value reaches into Python itself. Sandboxes refuse every name that begins with `_`. */
export function isUnsafeAttribute(name: string): boolean {
	return name.startsWith("_") || INTERNAL.has(name);
}

/** The same for an item: `x["__class__"]` is tried as an attribute too, `x["_id"]` and `x["mcp__read"]` are keys like any other. */
export function isUnsafeKey(key: string): boolean {
	return (key.startsWith("_") && key.includes("__")) || INTERNAL.has(key);
}

/** A path such as `function.name` that a filter follows. */
export function isUnsafePath(path: string): boolean {
	return path.split(".").some(isUnsafeAttribute);
}

export function isSpecialName(text: string): boolean {
	return SPECIAL.test(text);
}
