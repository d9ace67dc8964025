import { printable } from "../files/package-path.ts";
import { logicalLines, MAX_LINES } from "./logical-lines.ts";
import { normalName, type RequirementLine, type RequirementSource } from "./requirement.ts";

/** Larger files are not read: 1 MiB is some 10,000 hashes. */
export const REQUIREMENTS_MAX_BYTES = 1024 * 1024;
const MAX_LINE = 65_536;
const SHOWN = 120;

const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s;
const CLAUSE = /^(===|==|~=|!=|<=|>=|<|>)\s*([A-Za-z0-9._*+!-]+)$/;
const VERSION =
	/^v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?$/i;
const VCS = /^(git|hg|svn|bzr)\+/i;
const ADDRESS = /^[a-z][a-z0-9+.-]*:/i;
const ARCHIVE = /\.(whl|zip|tar|tgz|tbz|txz|tar\.(gz|bz2|xz|lzma))$/i;
/** pip reads a file in the encoding that such a comment names: what looks like a comment here may be an option there. */
const CODING = /coding[:=]\s*([-\w.]+)/;

/** Reads a requirements file line by line, as pip does. Pure; never throws: what pip would not understand is `malformed`. */
export function readRequirements(text: string): RequirementLine[] {
	const strange = strangeText(text);
	if (strange !== undefined) return [strange];
	return logicalLines(text).map(({ line, text: written }) => readLine(line, written));
}

/** Python ends lines at more characters than a person sees, and decodes by a comment. */
function strangeText(text: string): RequirementLine | undefined {
	const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/.exec(text);
	if (control !== null) {
		const line = text.slice(0, control.index).split(/\r\n|\r|\n/).length;
		const name = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
		return { kind: "malformed", line, problem: `it holds the control character U+${name}` };
	}
	if (text.split(/\r\n|\r|\n/, MAX_LINES + 1).length > MAX_LINES) {
		return { kind: "malformed", line: MAX_LINES, problem: `there are more than ${MAX_LINES.toLocaleString("en")} lines` };
	}
	for (const [index, first] of text.split("\n", 2).entries()) {
		const coding = first.startsWith("#") ? CODING.exec(first)?.[1] : undefined;
		if (coding === undefined || /^(utf-?8|ascii|us-ascii)$/i.test(coding)) continue;
		return { kind: "malformed", line: index + 1, problem: `a comment makes pip read the file as ${coding.slice(0, 40)}` };
	}
	return undefined;
}

function readLine(line: number, text: string): RequirementLine {
	const shown = printable(text.slice(0, SHOWN));
	const malformed = (problem: string): RequirementLine => ({ kind: "malformed", line, problem });
	if (text.length > MAX_LINE) return malformed(`it is longer than ${MAX_LINE.toLocaleString("en")} characters`);
	if (/\$\{[A-Z0-9_]+\}/.test(text)) return malformed(`'${shown}' takes a value from the environment`);
	const tokens = text.split(/\s+/);
	const at = tokens.findIndex((token) => token.startsWith("-"));
	if (at === 0) return optionLine(line, tokens);
	const written = (at === -1 ? tokens : tokens.slice(0, at)).join(" ");
	const source = sourceOf(written);
	if (source !== undefined) return { kind: "source", line, written: printable(written.slice(0, SHOWN)), source };
	const named = NAME.exec(written);
	if (named === null) return malformed(`'${shown}' is no requirement`);
	const [, name, extras = "", rest] = named as unknown as [string, string, string | undefined, string];
	if (rest.startsWith("@")) {
		return { kind: "source", line, written: printable(written.slice(0, SHOWN)), source: addressKind(rest.slice(1).trim()) };
	}
	const [specifier, ...marker] = rest.split(";");
	const clauses = readSpecifier(specifier!);
	if (clauses === undefined) return malformed(`'${shown}' is no requirement: its version is not understood`);
	const wanted = extras
		.split(",")
		.map((extra) => extra.trim())
		.filter((extra) => extra !== "");
	if (!wanted.every((extra) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(extra))) return malformed(`'${shown}' has a malformed extra`);
	const condition = marker.join(";").trim();
	// A condition that begins like an option would be one, once it is written with a space before it.
	if (marker.length > 0 && !/^[A-Za-z("']/.test(condition)) return malformed(`'${shown}' has no condition behind its ';'`);
	const { hashes, options } = readOptions(at === -1 ? [] : tokens.slice(at));
	const pinned = pinnedVersion(clauses);
	return {
		kind: "requirement",
		line,
		name: normalName(name),
		written: printable(`${name}${named[2] === undefined ? "" : `[${extras}]`}${clauses.join(",")}`.slice(0, SHOWN)),
		extras: wanted,
		specifier: clauses.join(","),
		...(pinned === undefined ? {} : { pinned }),
		...(marker.length === 0 ? {} : { marker: condition }),
		hashes,
		options,
	};
}

function optionLine(line: number, tokens: readonly string[]): RequirementLine {
	const joined = tokens.join(" ");
	const [, option, value] = /^(--[a-z-]*|-[A-Za-z]?)[=\s]*(.*)$/s.exec(joined) ?? [joined, joined, ""];
	if (option === "-e" || (option!.length > 3 && "--editable".startsWith(option!))) {
		return { kind: "source", line, written: printable(joined.slice(0, SHOWN)), source: "an editable install" };
	}
	return { kind: "option", line, option: option!, value: printable(value!.slice(0, SHOWN)) };
}

function sourceOf(written: string): RequirementSource | undefined {
	const first = written.split(/[\s;]/, 1)[0]!;
	if (VCS.test(first) || ADDRESS.test(first)) return addressKind(first);
	const bare = first.split("[", 1)[0]!;
	return /[/\\]/.test(bare) || bare.startsWith(".") || ARCHIVE.test(bare) ? "a path" : undefined;
}

function addressKind(address: string): RequirementSource {
	return VCS.test(address) ? "a version-control address" : /^file:/i.test(address) ? "a path" : "an address";
}

/** The clauses of a specifier without white space; undefined when one is none. */
function readSpecifier(text: string): string[] | undefined {
	const bare = text.trim().replace(/^\((.*)\)$/s, "$1");
	if (bare === "") return [];
	const clauses = bare.split(",").map((clause) => CLAUSE.exec(clause.trim()));
	return clauses.every((clause) => clause !== null) ? clauses.map(([, operator, version]) => `${operator}${version}`) : undefined;
}

function pinnedVersion(clauses: readonly string[]): string | undefined {
	const version = clauses.length === 1 ? /^===?(.*)$/.exec(clauses[0]!)?.[1] : undefined;
	return version !== undefined && VERSION.test(version) ? version : undefined;
}

function readOptions(tokens: readonly string[]): { hashes: string[]; options: string[] } {
	const hashes: string[] = [];
	const options: string[] = [];
	for (let at = 0; at < tokens.length; at++) {
		const token = tokens[at]!;
		if (token.startsWith("--hash=")) hashes.push(token.slice(7));
		else if (token === "--hash") hashes.push(tokens[++at] ?? "");
		else options.push(printable(token.slice(0, SHOWN)));
	}
	return { hashes, options };
}
