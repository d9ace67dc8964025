import { type Bump, isEnough, largerBump, type SchemaChange } from "../../compatibility/change.ts";
import { compareSchemas } from "../../compatibility/compare-schemas.ts";
import { declaredBump, nextVersion } from "../../compatibility/declared-bump.ts";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { soundSchema } from "./h01-schemas-compile.ts";
import { isSchemaObject, type SchemaObject } from "./schema-keywords.ts";

const NEEDS = { major: "is breaking", minor: "adds to the contract", patch: "is visible" } as const;

export const h03Compatibility: Check = {
	id: "H03",
	title: "Callers of the champion can stay as they are",
	severity: "block",
	refuses:
		"A change of the schemas that is larger than the step of the version number says, compared with the champion's schemas. What cannot be compared counts as breaking.",
	why: "A caller does not see a score go from 0..1 to 0..100, a label that is new, or a field that became required, until its decisions are wrong: the types stay the same.",
	async run(context) {
		const { champion } = context.input;
		if (champion === undefined) return skipped("first version");
		const manifest = await context.manifest();
		if (manifest === undefined)
			return skipped("the manifest could not be read (M01)", "whether callers of the champion can stay");
		const input = await soundSchema(context, manifest.schema.input);
		const output = await soundSchema(context, manifest.schema.output);
		if (input === undefined || output === undefined)
			return skipped("the schemas could not be used (H01)", "whether callers of the champion can stay");
		const changes = [
			...compareSchemas(champion.inputSchema, input.schema, "input"),
			...compareSchemas(champion.outputSchema, output.schema, "output"),
		];
		const needed = changes.reduce<Bump>((largest, change) => largerBump(largest, change.bump), "none");
		const declared = declaredBump(champion.version, manifest.version);
		const detail = { champion: champion.version, declared, needed, changes };
		const findings = changes.flatMap((change) => findingsOf(change, champion.version, manifest.version, declared));
		const what = changes.length === 0 ? "the schemas are the same" : `${count(changes.length)}, ${needed}`;
		const outcome = judge(findings, pass(`${what} (champion ${champion.version})`));
		const silent = silentMeanings(output.schema);
		const notVerified =
			silent.length === 0
				? {}
				: { notVerified: [`what ${silent.join(", ")} means: no x-units, x-range, x-labels or limits say so`] };
		return { ...outcome, detail, ...notVerified };
	},
};

function findingsOf(change: SchemaChange, champion: string, version: string, declared: Bump): Finding[] {
	const words = printable(`${change.path} ${change.what}`.slice(0, 300));
	if (change.bump !== "none" && !isEnough(declared, change.bump)) {
		const need = nextVersion(champion, change.bump);
		const message = `schema change "${words}" ${NEEDS[change.bump]}; version ${version} -> need ${need}`;
		const hint = `Call it ${need} (the champion is ${champion}), or keep the champion's schema.`;
		return [{ code: "schema.breaking", message, hint, file: "model.yaml" }];
	}
	if (change.warn !== true) return [];
	const hint = "Keep the order, or tell the callers of the tensor protocols.";
	return [{ code: "schema.breaking", message: `schema change "${words}"`, hint, file: "model.yaml", severity: "warn" }];
}

const MAX_NAMED = 5;

/** Numbers and texts of an answer whose meaning could change without the schema. */
function silentMeanings(schema: SchemaObject): string[] {
	const properties = isSchemaObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
	return properties
		.filter(([, property]) => isSchemaObject(property) && !SAYS.some((key) => key in property))
		.map(([name]) => printable(`output.${name.slice(0, 60)}`))
		.slice(0, MAX_NAMED);
}

const SAYS = ["x-units", "x-labels", "x-range", "x-calibration", "x-embedding", "enum", "const", "minimum", "maximum", "$ref"];

function count(changes: number): string {
	return `${changes} ${changes === 1 ? "change" : "changes"}`;
}
