import { parseSync, Visitor } from "oxc-parser";

/** Something found in a file, with its place: lines and columns from 1. */
export interface Place {
	readonly line: number;
	readonly column: number;
}

export interface Import extends Place {
	readonly specifier: string;
}

/** A use that core refuses: its key in the table of bans. */
export interface Use extends Place {
	readonly key: string;
}

export interface Source {
	readonly imports: readonly Import[];
	readonly uses: readonly Use[];
}

/** Reads what a file imports (also as types, again as exports, and later) and which of the named globals it touches. */
export function readSource(file: string, text: string, bans: readonly string[]): Source {
	const { program, errors } = parseSync(file, text);
	if (errors[0]) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
	const imports: Import[] = [];
	const uses: Use[] = [];
	const placeOf = placesIn(text);
	const imported = (source: unknown) => {
		const { value, start } = (source ?? {}) as { value?: unknown; start: number };
		if (typeof value === "string") imports.push({ specifier: value, ...placeOf(start) });
	};
	const used = (key: string, start: number) => {
		if (bans.includes(key)) uses.push({ key, ...placeOf(start) });
	};
	new Visitor({
		ImportDeclaration: ({ source }) => imported(source),
		ExportNamedDeclaration: ({ source }) => imported(source),
		ExportAllDeclaration: ({ source }) => imported(source),
		ImportExpression: ({ source }) => imported(source),
		TSImportType: ({ source }) => imported(source),
		NewExpression: ({ callee }) => {
			if (callee.type === "Identifier") used(`new ${callee.name}`, callee.start);
		},
		CallExpression: ({ callee }) => {
			if (callee.type !== "Identifier") return;
			used(callee.name, callee.start);
			if (callee.name === "Date") used("new Date", callee.start);
		},
		MemberExpression: ({ object, property, start }) => {
			if (property.type !== "Identifier" && property.type !== "Literal") return;
			const name = property.type === "Identifier" ? property.name : String(property.value);
			used(`.${name}`, property.start);
			if (object.type !== "Identifier") return;
			used(object.name, start);
			used(`${object.name}.${name}`, start);
		},
	}).visit(program);
	return { imports, uses };
}

function placesIn(text: string): (offset: number) => Place {
	return (offset) => {
		const before = text.slice(0, offset);
		return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
	};
}
