import { HeadgateError } from "@headgate/protocol";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { printable } from "../../files/package-path.ts";
import type { ReadAt } from "../../files/read-at.ts";
import type { Finding } from "../check.ts";
import { readSchema } from "./read-schema.ts";
import { finding, schemaFaults } from "./schema-faults.ts";
import type { SchemaObject } from "./schema-keywords.ts";
import { walkSchema } from "./walk-schema.ts";

const MAX_CODE_CHARACTERS = 2 * 1024 * 1024;
const MAX_FAULTS = 100;

/** Compiles nothing of a package: it holds schemas against the meta-schema of 2020-12. */
const meta = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false });

export interface CompiledSchema {
	readonly schema: SchemaObject;
	/** What is wrong; nothing may be validated where one of them is more than a remark. */
	readonly faults: readonly Finding[];
	/** Undefined when it could not be compiled. */
	readonly validate?: ValidateFunction;
	/** Characters of generated code. */
	readonly codeCharacters: number;
}

/** A schema file, compiled as the gateway compiles it. Throws HeadgateError `schema.limit`, `schema.invalid`, `file.unreadable`. */
export async function compileSchema(source: ReadAt, path: string): Promise<CompiledSchema> {
	const schema = await readSchema(source, path);
	const faults = schemaFaults(schema, path);
	if (faults.some(({ severity }) => severity === undefined))
		return { schema, faults: faults.slice(0, MAX_FAULTS), codeCharacters: 0 };
	if (meta.validateSchema(schema) !== true) {
		return { schema, faults: (meta.errors ?? []).slice(0, MAX_FAULTS).map((error) => metaFault(error, path)), codeCharacters: 0 };
	}
	const free = new Set(
		walkSchema(schema, MAX_WALK).flatMap(({ node }) => Object.keys(node).filter((key) => key.startsWith("x-"))),
	);
	// The gateway's own options; strictSchema only refuses more.
	const ajv = new Ajv2020({
		strict: false,
		strictSchema: true,
		strictNumbers: true,
		validateFormats: false,
		validateSchema: false,
		logger: false,
		verbose: true,
		code: { source: true },
	});
	try {
		for (const keyword of free) if (!ajv.getKeyword(keyword)) ajv.addKeyword(keyword);
		const validate = ajv.compile(schema);
		const codeCharacters = validate.source?.validateCode.length ?? 0;
		if (codeCharacters <= MAX_CODE_CHARACTERS) return { schema, faults, validate, codeCharacters };
		const message = `${path} compiles to ${codeCharacters.toLocaleString("en")} characters of code, at most ${MAX_CODE_CHARACTERS.toLocaleString("en")} are loaded`;
		return { schema, faults: [finding("schema.limit", message, path)], codeCharacters };
	} catch (error) {
		if (error instanceof RangeError)
			throw new HeadgateError("schema.limit", `${path} is too large to be compiled`, { path, cause: error });
		const message = `${path} does not compile: ${printable((error as Error).message.slice(0, 200))}`;
		return { schema, faults: [finding("schema.invalid", message, path)], codeCharacters: 0 };
	}
}

const MAX_WALK = 10_000;

/** An ajv error as words: place, then what must be. */
export function saidOf(error: ErrorObject): string {
	const place = error.instancePath === "" ? "" : `${error.instancePath.slice(1).replaceAll("/", ".").slice(0, 120)} `;
	const more =
		error.keyword === "enum"
			? `: ${JSON.stringify(error.params["allowedValues"]).slice(0, 120)}`
			: error.keyword === "additionalProperties"
				? ` (${JSON.stringify(String(error.params["additionalProperty"]).slice(0, 64))})`
				: "";
	return printable(`${place}${error.message ?? `breaks ${error.keyword}`}${more}`);
}

function metaFault(error: ErrorObject, path: string): Finding {
	return finding(
		"schema.invalid",
		`${path}: #${printable(error.instancePath.slice(0, 200))} ${printable(error.message ?? "is not valid")}`,
		path,
	);
}
