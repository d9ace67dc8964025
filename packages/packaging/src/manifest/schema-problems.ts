import { nearestWord } from "@headgate/core/kernel";
import { ERRORS, MANIFEST_SCHEMA, type SchemaNode } from "@headgate/protocol";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { pathProblem, printable } from "../files/package-path.ts";
import { type ManifestPath, type ManifestProblem, renderPath } from "./problem.ts";
import type { YamlSource } from "./yaml-source.ts";

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false, formats: { "package-path": portablePath } });
const validate = ajv.compile(MANIFEST_SCHEMA);

/** A folder may be named with a final slash. */
function portablePath(path: string): boolean {
	return pathProblem(path.replace(/\/$/, "")) === undefined;
}

/** Every way in which a parsed manifest breaks MANIFEST_SCHEMA, in the words of people. */
export function schemaProblems(source: YamlSource): ManifestProblem[] {
	if (validate(source.value)) return [];
	const seen = new Set<string>();
	return (validate.errors ?? [])
		.filter((error) => error.keyword !== "if")
		.filter((error) => !(error.keyword === "required" && error.schemaPath.includes("/anyOf/")))
		.map((error) => explain(error, source))
		.filter((problem) => {
			const key = `${problem.path}\n${problem.code}`;
			if (seen.has(key) && problem.code !== "manifest.unknown-key") return false;
			seen.add(key);
			return true;
		});
}

function explain(error: ErrorObject, source: YamlSource): ManifestProblem {
	const path = pointerToPath(error.instancePath, source.value);
	const node = (error.parentSchema ?? {}) as SchemaNode;
	if (error.keyword === "additionalProperties") {
		const key = String(error.params["additionalProperty"]);
		const known = Object.keys((node["properties"] ?? {}) as object);
		const nearest = nearestWord(key, known);
		const message = `unknown key '${printable(key.slice(0, 80))}'${nearest === undefined ? "" : `; did you mean '${nearest}'?`}`;
		const hint = nearest === undefined ? `Known here: ${known.join(", ")}.` : `Write '${nearest}'.`;
		return at([...path, key], "manifest.unknown-key", message, hint, source.locateKey(path, key));
	}
	if (error.keyword === "required") return missing(path, String(error.params["missingProperty"]), node, source);
	const name = renderPath(path) || "model.yaml";
	const place = source.locate(path);
	const code = (node["x-code"] as string | undefined) ?? (error.keyword === "type" ? "manifest.type" : "manifest.value");
	if (error.keyword === "type") return wrongType(error, path, source);
	if (error.keyword === "format") {
		const reason = pathProblem(String(error.data).replace(/\/$/, "")) ?? "it is not a path";
		return at(
			path,
			"manifest.path",
			`${name}: '${printable(String(error.data))}': ${reason}`,
			ERRORS["manifest.path"]!.hint,
			place,
		);
	}
	const expected = (node["x-expected"] as string | undefined) ?? expectation(error);
	return at(path, code, `${name} is ${shown(error.data)}, it must be ${expected}`, ERRORS[code]?.hint ?? "", place);
}

function missing(path: ManifestPath, key: string, node: SchemaNode, source: YamlSource): ManifestProblem {
	const child = ((node["properties"] ?? {}) as Record<string, SchemaNode>)[key];
	const name = renderPath([...path, key]);
	const hint =
		child?.["x-part"] === true
			? `Add ${name}, or say why there is none: ${key}: { none: "the reason" }.`
			: `Add ${name}. ${String(child?.["description"] ?? "")}`.trim();
	return at([...path, key], "manifest.missing", `${name} is missing`, hint, source.locate(path));
}

function wrongType(error: ErrorObject, path: ManifestPath, source: YamlSource): ManifestProblem {
	const name = renderPath(path) || "model.yaml";
	const expected = [error.params["type"]].flat().map(typeName).join(" or ");
	const place = source.locate(path);
	const written = source.written(path);
	if (String(error.params["type"]).includes("string") && written !== undefined && error.data !== null) {
		const message = `${name} must be a quoted string ('${printable(written)}')`;
		return at(
			path,
			"manifest.type",
			message,
			`YAML reads ${printable(written)} as ${shown(error.data)}: put it in quotes.`,
			place,
		);
	}
	if (error.data === null) {
		const hint = `Write it, or, for an optional part, say why there is none: { none: "the reason" }.`;
		return at(path, "manifest.missing", `${name} is empty, it must be ${expected}`, hint, place);
	}
	return at(
		path,
		"manifest.type",
		`${name} is ${shown(error.data)}, it must be ${expected}`,
		ERRORS["manifest.type"]!.hint,
		place,
	);
}

function typeName(type: unknown): string {
	const names: Record<string, string> = { object: "a map", array: "a list", string: "text", integer: "a whole number" };
	return names[String(type)] ?? `a ${String(type)}`;
}

function expectation(error: ErrorObject): string {
	switch (error.keyword) {
		case "enum":
			return (error.params["allowedValues"] as unknown[]).map((value) => `'${value}'`).join(", ");
		case "minLength":
			return error.params["limit"] === 1 ? "not empty" : `at least ${error.params["limit"]} characters`;
		default:
			return String(error.message ?? "otherwise").replace(/^must (NOT )?(be )?(have )?/, (_, not) => (not ? "not " : ""));
	}
}

function shown(value: unknown): string {
	if (Array.isArray(value)) return `a list of ${value.length}`;
	if (typeof value === "object" && value !== null) return "a map";
	const text = JSON.stringify(value) ?? "nothing";
	return printable(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

function at(
	path: ManifestPath,
	code: string,
	message: string,
	hint: string,
	place: { line: number; col: number },
): ManifestProblem {
	return { code, message, hint, path: renderPath(path), ...place };
}

/** A JSON pointer as a path whose list indices are numbers. */
function pointerToPath(pointer: string, root: unknown): ManifestPath {
	let value = root;
	return pointer
		.split("/")
		.slice(1)
		.map((raw) => {
			const step = raw.replaceAll("~1", "/").replaceAll("~0", "~");
			const key = Array.isArray(value) ? Number(step) : step;
			value = (value as Record<string | number, unknown>)?.[key];
			return key;
		});
}
