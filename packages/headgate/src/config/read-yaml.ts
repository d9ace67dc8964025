import { readFileSync } from "node:fs";
import { HeadgateError } from "@headgate/protocol";
import { parseDocument } from "yaml";

/** Reads YAML 1.2 with unique keys and few aliases. Throws `endpoint.unreadable` naming line and column. */
export function readYaml(file: string): unknown {
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
	} catch (cause) {
		throw new HeadgateError("endpoint.unreadable", `${file} cannot be read: ${(cause as Error).message}`, { cause });
	}
	const document = parseDocument(text, { version: "1.2", schema: "core", uniqueKeys: true, prettyErrors: true });
	const [problem] = document.errors;
	if (problem !== undefined) throw new HeadgateError("endpoint.unreadable", `${file}: ${problem.message.split("\n")[0]}`);
	try {
		return document.toJS({ maxAliasCount: 10 });
	} catch (cause) {
		throw new HeadgateError("endpoint.unreadable", `${file}: ${(cause as Error).message}`, { cause });
	}
}
