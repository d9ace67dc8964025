import { printable } from "../../files/package-path.ts";
import { DICT, type GlobalValue, type InstanceValue, kindOf, type Value } from "./pickle-value.ts";

const SHOWN_CHARACTERS = 160;
const SHOWN_NAMES = 8;

/** A name as it may stand in a message. */
export function shownName({ module, name }: GlobalValue): string {
	return printable(`${module}.${name}`.slice(0, SHOWN_CHARACTERS));
}

export function shownGlobals(globals: readonly GlobalValue[]): string {
	const more = globals.length > SHOWN_NAMES ? `, and ${globals.length - SHOWN_NAMES} more` : "";
	return `${globals.slice(0, SHOWN_NAMES).map(shownName).join(", ")}${more}`;
}

/** What a value is, in words. */
export function shownKind(value: Value): string {
	const kind = kindOf(value);
	if (kind === "global") return `${shownName(value as GlobalValue)} itself`;
	if (kind === "instance") return `an instance of ${shownName((value as InstanceValue).of)}`;
	if (kind === "dict" && value === DICT) return "a dict";
	return { none: "None", plain: "a value", persistent: "a storage", unknown: "something unknown" }[kind as string] ?? `a ${kind}`;
}
