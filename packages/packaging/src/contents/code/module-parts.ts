import type { CodeView } from "./code-view.ts";

/** A module that JavaScript code takes in. */
export interface ModuleImport {
	readonly specifier: string;
	/** Offset in the source. */
	readonly at: number;
}

/** `from "x"`, `import "x"`, `import("x")`, `require("x")`. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\s{0,8}\(|\brequire\s{0,8}\()\s{0,40}(?=["'])/g;

/** The modules that JavaScript code names as plain texts. */
export function moduleImports({ code, texts }: CodeView): ModuleImport[] {
	return [...code.matchAll(IMPORT)].flatMap((match) => {
		const at = match.index + match[0].length;
		const specifier = texts.get(at);
		return specifier === undefined ? [] : [{ specifier, at }];
	});
}

/** Whether an ES module gives a default: `export default`, `export { x as default }`. */
export function hasDefaultExport({ code }: CodeView): boolean {
	return /\bexport\s+default\b/.test(code) || /\bexport\s*\{[^{}]*\bdefault\b/.test(code);
}

/** Whether a CommonJS module gives anything as a whole. */
export function hasCommonExport({ code }: CodeView): boolean {
	return /\bmodule\.exports\s*=[^=]/.test(code) || /\bexports\.default\s*=[^=]/.test(code);
}
