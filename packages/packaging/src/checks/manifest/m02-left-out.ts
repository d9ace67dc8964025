import { leftOutParts } from "../../manifest/package-parts.ts";
import { type Check, pass, skipped } from "../check.ts";

export const m02LeftOut: Check = {
	id: "M02",
	title: "Parts left out, with their reasons",
	severity: "info",
	refuses: "Nothing: it shows which optional parts the manifest leaves out, and why.",
	why: "Whoever approves a version sees what it does without.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)");
		const parts = leftOutParts(manifest);
		if (parts.length === 0) return pass("every part is there");
		return pass(parts.map(({ part, reason }) => `no ${part}: ${reason}`).join("; "), { parts });
	},
};
