import { normalName } from "../../dependencies/requirement.ts";
import { minorOf } from "../../dependencies/resolve/find-python.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { lockedReleases } from "./locked-releases.ts";

export const g04HostVersions: Check = {
	id: "G04",
	title: "The named runtime versions are there",
	severity: "block",
	refuses:
		"A version under runtime.versions that differs from what this host has (3.11.2 is not 3.11.7) or from what the requirements lock installs.",
	why: "A model that was made with one release and is loaded by another gives other answers, or none: scikit-learn only warns that it might lead to invalid results.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)");
		const named = Object.entries(manifest.runtime.versions);
		if (named.length === 0) return skipped("runtime.versions names nothing");
		const locks = await lockedReleases(context);
		// What G01 refuses installs nothing.
		const locked = locks?.isSound === true ? locks : undefined;
		const host = context.input.host?.versions;
		const findings: Finding[] = [];
		const open: string[] = [];
		const wanted = manifest.runtime.versions["python"];
		if (locked?.python !== undefined && wanted !== undefined && minorOf(wanted) !== locked.python) {
			const message = `${locked.file} was made with python ${locked.python}, runtime.versions names ${wanted}`;
			const hint = `Resolve again with it: headgate init --lock --python python${minorOf(wanted)}.`;
			findings.push({ ...mismatch(message, hint), severity: "warn" });
		}
		for (const [name, version] of named) {
			const installed = locked?.releases.get(normalName(name));
			const present = host?.[name];
			if (installed !== undefined) {
				if (installed === version) continue;
				const message = `runtime.versions names ${name} ${version}, ${locked!.file} installs ${installed}`;
				findings.push(mismatch(message, "Lock the version the model was made with, or make the model again."));
			} else if (present === undefined) open.push(name);
			else if (present !== version) {
				const message = `the package needs ${name} ${version}, this host has ${present}`;
				findings.push(mismatch(message, `Install ${version} on the host, or make the model again for ${present}.`));
			}
		}
		const unknown = `whether the host has ${open.map((name) => `${name} ${manifest.runtime.versions[name]}`).join(", ")}`;
		if (findings.length === 0 && open.length === named.length) {
			const names = open.map((name) => `${name} ${manifest.runtime.versions[name]}`).join(", ");
			return skipped(
				host === undefined ? "what the host has is not known here" : `the host does not say whether it has ${names}`,
				unknown,
			);
		}
		const outcome = judge(findings, pass(named.map(([name, version]) => `${name} ${version}`).join(", ")));
		return open.length === 0 ? outcome : { ...outcome, notVerified: [unknown] };
	},
};

function mismatch(message: string, hint: string): Finding {
	return { code: "dependency.version", message, hint, file: "model.yaml" };
}
