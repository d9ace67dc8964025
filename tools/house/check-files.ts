import path from "node:path";
import { ADVICE_ON, FILE_RULES, HOUSE, type HouseRow, NOT_IN_CORE, TESTS_MAY_IMPORT } from "./house-table.ts";
import { type Import, type Place, readSource, type Source } from "./read-source.ts";

export interface Finding extends Place {
	readonly file: string;
	readonly message: string;
}

/** An import of one part of the house by another. */
export interface Arrow {
	readonly from: string;
	readonly to: string;
}

/** Every file with its text; paths from the root of the repository, with slashes. */
export type Files = ReadonlyMap<string, string>;

/** Holds every file against the table of the house. Findings in order of files and lines. */
export function checkFiles(files: Files): Finding[] {
	const sources = new Map([...files].map(([file, text]) => [file, readSource(file, text, Object.keys(NOT_IN_CORE))]));
	const findings = [...sources].flatMap(([file, source]) => checkFile(file, source));
	return [...findings, ...checkFileRules(sources)];
}

/** The arrows between packages that the product's own code draws; tests and what serves them are left out. */
export function drawArrows(files: Files, place: (file: string) => string | undefined): Arrow[] {
	const arrows = new Map<string, Arrow>();
	for (const [file, text] of files) {
		if (isTest(file)) continue;
		for (const { specifier } of readSource(file, text, []).imports) {
			const from = place(file);
			const to = place(specifier.startsWith(".") ? resolve(file, specifier) : fileOf(specifier));
			if (from && to && from !== to) arrows.set(`${from} ${to}`, { from, to });
		}
	}
	return [...arrows.values()].sort((left, right) => (`${left.from} ${left.to}` < `${right.from} ${right.to}` ? -1 : 1));
}

/** The part of the house a file lies in: a package's name, `tools` or `bench`. */
export function partOf(file: string): string | undefined {
	return /^packages\/([^/]+)\//.exec(file)?.[1] ?? /^(tools|bench)\//.exec(file)?.[1];
}

export function isTest(file: string): boolean {
	return /\.test\.ts$|\/(fixtures|testing|scenarios)\/|\.arbitraries\.ts$/.test(file);
}

function checkFile(file: string, source: Source): Finding[] {
	const part = partOf(file);
	const row = part === undefined ? undefined : HOUSE[part];
	if (part === undefined || row === undefined) {
		const message = `${path.posix.dirname(file)} is not in the table of the house: add a row to tools/house/house-table.ts`;
		return [{ file, line: 1, column: 1, message }];
	}
	const found = ({ line, column }: Place, message: string): Finding => ({ file, line, column, message });
	const findings = source.imports.flatMap((one) => {
		const message = refusalOf(file, part, row, one);
		return message === undefined ? [] : [found(one, message)];
	});
	if (!row.pure || isTest(file)) return findings;
	return [...findings, ...source.uses.map((use) => found(use, `${part} has no \`${use.key}\`: ${NOT_IN_CORE[use.key]}`))];
}

function refusalOf(file: string, part: string, row: HouseRow, { specifier }: Import): string | undefined {
	if (specifier.startsWith(".")) {
		const to = partOf(resolve(file, specifier));
		if (to === part || !file.startsWith("packages/")) return undefined;
		return `"${specifier}" leaves the package: import it by name, and export it there if it is not yet`;
	}
	const to = packageOf(specifier);
	if (to === undefined) {
		if (!row.pure || isTest(file)) return undefined;
		return `${part} imports nothing from outside, not even "${specifier}": ${row.advice}`;
	}
	if (HOUSE[to] === undefined) return `"${specifier}" names no package of this repository (there are: ${packages()})`;
	if (to === part || row.mayImport.includes(to) || (isTest(file) && TESTS_MAY_IMPORT.includes(to))) return undefined;
	return `${part} may not import ${to}: ${ADVICE_ON[to] ?? row.advice}`;
}

/** Rules for single files follow relative imports: a detour through a neighbour would break the promise as well. */
function checkFileRules(sources: ReadonlyMap<string, Source>): Finding[] {
	return FILE_RULES.flatMap(({ file: pattern, mayImport, advice }) =>
		[...sources.keys()]
			.filter((file) => pattern.test(file))
			.flatMap((start) => {
				const reached = new Set([start]);
				const findings: Finding[] = [];
				for (const file of reached) {
					for (const { specifier, line, column } of sources.get(file)?.imports ?? []) {
						const to = packageOf(specifier);
						if (specifier.startsWith(".")) reached.add(resolve(file, specifier));
						else if (!specifier.startsWith("node:") && !(to && mayImport.includes(to))) {
							findings.push({ file, line, column, message: `${start} may not reach "${specifier}": ${advice}` });
						}
					}
				}
				return findings;
			}),
	);
}

/** The workspace package that a specifier names; undefined for those from outside. */
function packageOf(specifier: string): string | undefined {
	return specifier === "headgate" ? "headgate" : /^@headgate\/([^/]+)/.exec(specifier)?.[1];
}

function fileOf(specifier: string): string {
	const match = /^@headgate\/([^/]+)(?:\/(.+))?$/.exec(specifier);
	if (!match) return "";
	return `packages/${match[1]}/src/${match[2] ? `${match[2]}/` : ""}index.ts`;
}

function resolve(file: string, specifier: string): string {
	return path.posix.join(path.posix.dirname(file), specifier);
}

function packages(): string {
	return Object.keys(HOUSE)
		.filter((name) => name !== "tools" && name !== "bench")
		.join(", ");
}
