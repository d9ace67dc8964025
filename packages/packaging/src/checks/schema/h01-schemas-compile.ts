import { HeadgateError, type Manifest } from "@headgate/protocol";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { type CompiledSchema, compileSchema } from "./compile-schema.ts";
import { walkSchema } from "./walk-schema.ts";

export const h01SchemasCompile: Check = {
	id: "H01",
	title: "The schemas compile",
	severity: "block",
	rules: "1",
	refuses:
		"Schemas that are no JSON Schema 2020-12, have unknown keywords, refer outside their file, nest deeper than 100 levels, are too large to compile, or have patterns that a caller can make run for ever.",
	why: "The gateway runs these schemas on every request: a pattern such as ^(a+)+$ lets one caller stop it for minutes (CVE-2024-4067, CVE-2021-3765 and their like), and a misspelt keyword checks nothing.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "whether the schemas compile");
		const findings: Finding[] = [];
		const compiled: CompiledSchema[] = [];
		for (const path of schemaPaths(manifest)) {
			// A05 names it.
			if (!context.has(path)) continue;
			try {
				const one = await context.read(path, compileSchema);
				compiled.push(one);
				findings.push(...one.faults);
			} catch (error) {
				findings.push(findingOf(error, path));
			}
		}
		if (compiled.length + findings.length === 0)
			return skipped("the schema files are not in the package (A05)", "whether the schemas compile");
		const code = compiled.reduce((sum, { codeCharacters }) => sum + codeCharacters, 0);
		const outcome = judge(
			findings,
			pass(`both compile, to ${code.toLocaleString("en")} characters of code`, { codeCharacters: code }),
		);
		const formats = formatsOf(compiled);
		if (formats.length === 0) return outcome;
		return { ...outcome, notVerified: [`format (${formats.join(", ")}): the gateway does not check it; a pattern is checked`] };
	},
};

/** Both schemas of the manifest, each path once. */
export function schemaPaths({ schema }: Manifest): string[] {
	return [...new Set([schema.input, schema.output])];
}

/** A schema that H01 has nothing against; undefined when it is H01's finding. Throws what is no refusal. */
export async function soundSchema(context: CheckContext, path: string): Promise<CompiledSchema | undefined> {
	if (!context.has(path)) return undefined;
	try {
		const compiled = await context.read(path, compileSchema);
		return compiled.validate === undefined ? undefined : compiled;
	} catch (error) {
		if (error instanceof HeadgateError && error.row.exit !== 3) return undefined;
		throw error;
	}
}

const MAX_NAMED = 5;

function formatsOf(compiled: readonly CompiledSchema[]): string[] {
	const nodes = compiled.flatMap(({ schema }) => walkSchema(schema, 10_000));
	const formats = nodes.flatMap(({ node }) => (typeof node["format"] === "string" ? [node["format"].slice(0, 40)] : []));
	return [...new Set(formats)].slice(0, MAX_NAMED);
}
