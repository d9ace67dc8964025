import { type Bump, isEnough, largerBump } from "../../compatibility/change.ts";
import { compareSchemas } from "../../compatibility/compare-schemas.ts";
import { declaredBump, nextVersion } from "../../compatibility/declared-bump.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

export const h03Compatibility: Check = {
	id: "H03",
	title: "Callers of the champion can stay as they are",
	severity: "block",
	refuses:
		"A change of the schemas that is larger than the step of the version number says, compared with the champion's schemas.",
	async run(context) {
		const { champion } = context.input;
		if (champion === undefined) return skipped("first version");
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)");
		const changes = [
			...compareSchemas(champion.inputSchema, await context.json(manifest.schema.input), "input"),
			...compareSchemas(champion.outputSchema, await context.json(manifest.schema.output), "output"),
		];
		const needed = changes.reduce<Bump>((largest, change) => largerBump(largest, change.bump), "none");
		const declared = declaredBump(champion.version, manifest.version);
		const detail = { champion: champion.version, declared, needed, changes };
		if (needed === "none" || isEnough(declared, needed)) {
			const what = changes.length === 0 ? "the schemas are the same" : `${changes.length} changes, ${needed}`;
			return pass(`${what} (champion ${champion.version})`, detail);
		}
		const worst = changes.find((change) => change.bump === needed)!;
		const message =
			`schema change "${worst.path} ${worst.what}" is ${needed === "major" ? "breaking" : needed}; ` +
			`${champion.version} -> ${manifest.version} is only ${declared}`;
		const hint = `Call it ${nextVersion(champion.version, needed)}, or keep the champion's schema.`;
		return fail("schema.breaking", message, hint, { file: "model.yaml", detail });
	},
};
