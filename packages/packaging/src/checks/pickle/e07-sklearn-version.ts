import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { lockedReleases } from "../dependencies/locked-releases.ts";
import { pickleFiles } from "./pickle-family.ts";

export const e07SklearnVersion: Check = {
	id: "E07",
	title: "scikit-learn is the one that saved the model",
	severity: "high",
	refuses: "A scikit-learn model that was saved by another major.minor release than the one the package locks.",
	why: "scikit-learn loads such a model with a mere InconsistentVersionWarning: it 'might lead to breaking code or invalid results'.",
	rules: "1",
	async run(context) {
		const files = (await pickleFiles(context)).filter(({ sklearnVersions }) => sklearnVersions.length > 0);
		if (files.length === 0) return skipped("no pickle holds a scikit-learn model");
		const saved = [...new Set(files.flatMap(({ sklearnVersions }) => sklearnVersions))].map((version) =>
			printable(version.slice(0, 40)),
		);
		const locked = await lockedReleases(context);
		const named = locked?.releases.get("scikit-learn") ?? (await context.manifest())?.runtime.versions["scikit-learn"];
		if (named === undefined) {
			return skipped("the package locks no scikit-learn", `whether scikit-learn is ${saved.join(", ")}, which saved the model`);
		}
		const findings: Finding[] = [];
		for (const { path: file, sklearnVersions } of files) {
			for (const version of sklearnVersions.filter((found) => minor(found) !== minor(named))) {
				const shown = printable(version.slice(0, 40));
				const message = `${file} was saved by scikit-learn ${shown}, the package locks ${named}`;
				findings.push({
					code: "pickle.sklearn-version",
					message,
					hint: `Lock scikit-learn==${shown}, or train again with ${named}.`,
					file,
				});
			}
		}
		return judge(findings, pass(`saved by ${saved.join(", ")}, locked is ${named}`));
	},
};

function minor(version: string): string {
	return version.split(".").slice(0, 2).join(".");
}
