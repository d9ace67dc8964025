import { HeadgateError } from "@headgate/protocol";
import type { Reader } from "../../files/read-at.ts";
import { readZip } from "../zip/read-zip.ts";
import { openEntry } from "../zip/zip-entry.ts";
import { type KerasProblem, kerasProblems } from "./keras-config.ts";

/** A layer takes some hundred bytes. */
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

/** A `.keras` file: a zip archive with config.json, metadata.json and model.weights.h5. */
export interface KerasArchive {
	readonly problems: readonly KerasProblem[];
	/** As metadata.json says; undefined when it does not. */
	readonly kerasVersion: string | undefined;
}

/** Reads the configuration of a Keras model. Throws HeadgateError `keras.malformed`, `archive.*` and `weights.cut-off`. */
export const readKeras: Reader<KerasArchive> = async (source, name, signal) => {
	const { entries } = await readZip(source, name, signal);
	const malformed = (message: string): HeadgateError =>
		new HeadgateError("keras.malformed", `${name}: ${message}`, { path: name });

	async function json(entryName: string): Promise<unknown> {
		const entry = entries.find((candidate) => candidate.name === entryName);
		if (entry === undefined) return undefined;
		if (entry.bytes > MAX_CONFIG_BYTES)
			throw malformed(`${entryName} has ${entry.bytes.toLocaleString("en")} bytes, at most 16,777,216 are read`);
		const content = await openEntry(source, entry, { name, maxBytes: MAX_CONFIG_BYTES, signal });
		try {
			return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await content.read(0, content.size)));
		} catch {
			throw malformed(`${entryName} is no JSON`);
		}
	}

	const config = await json("config.json");
	if (typeof config !== "object" || config === null) throw malformed("it has no config.json");
	const metadata = await json("metadata.json");
	const version = (metadata as { keras_version?: unknown } | undefined)?.keras_version;
	return { problems: kerasProblems(config), kerasVersion: typeof version === "string" ? version.slice(0, 40) : undefined };
};
