import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { lockedReleases } from "../dependencies/locked-releases.ts";
import { belowFloor } from "./below-floor.ts";
import { pickleFiles } from "./pickle-family.ts";

interface Floor {
	readonly name: string;
	readonly release: string;
	/** What earlier releases do. */
	readonly why: string;
}

const TORCH: Floor = {
	name: "torch",
	release: "2.10.0",
	why: "earlier ones run code from files or read beyond storages (CVE-2025-32434, CVE-2026-24747)",
};
const KERAS: Floor = {
	name: "keras",
	release: "3.11.3",
	why: "earlier ones run code from models in spite of safe_mode (CVE-2025-9905, CVE-2025-9906)",
};
const NUMPY: Floor = { name: "numpy", release: "1.16.3", why: "earlier ones unpickle arrays unasked (CVE-2019-6446)" };
const JOBLIB: Floor = { name: "joblib", release: "1.2.0", why: "earlier ones evaluate text as code (CVE-2022-21797)" };
const SKOPS: Floor = {
	name: "skops",
	release: "0.13.0",
	why: "earlier ones let a file name what it trusts (CVE-2025-54413, CVE-2025-54886)",
};

export const e04RuntimeFloor: Check = {
	id: "E04",
	title: "What loads pickles is current",
	severity: "high",
	refuses:
		"Locked releases that run code from the files of the package: torch below 2.10, keras below 3.11.3, numpy below 1.16.3, joblib below " +
		"1.2, skops below 0.13.",
	why: "weights_only and safe_mode hold only in releases where their holes are closed (CVE-2025-32434, CVE-2026-24747, CVE-2025-9905).",
	rules: "1",
	async run(context) {
		const floors = await floorsOf(context);
		if (floors.size === 0) return skipped("the package holds no pickle, torch, NumPy or Keras file");
		const locked = await lockedReleases(context);
		if (locked === undefined) {
			return skipped(
				"the package locks no Python dependencies",
				`whether ${[...floors].map(({ name }) => name).join(", ")} is current`,
			);
		}
		const findings: Finding[] = [];
		const met: string[] = [];
		for (const { name, release, why } of floors) {
			const found = locked.releases.get(name);
			if (found === undefined) continue;
			met.push(`${name} ${found}`);
			if (!belowFloor(found, release)) continue;
			const message = `${locked.file} locks ${name} ${found}, expected ${release} or later: ${why}`;
			findings.push({ code: "pickle.runtime-floor", message, hint: `Lock ${name}==${release} or later.`, file: locked.file });
		}
		return judge(findings, pass(met.length === 0 ? "none of what loads these files is locked" : met.join(", ")));
	},
};

async function floorsOf(context: CheckContext): Promise<Set<Floor>> {
	const floors = new Set<Floor>();
	for (const { kind } of await pickleFiles(context)) {
		if (kind === "torch") floors.add(TORCH);
		else for (const floor of [NUMPY, JOBLIB, SKOPS]) floors.add(floor);
	}
	if ((await context.filesOf("torch")).length > 0) floors.add(TORCH);
	if ((await context.filesOf("keras", "hdf5")).length > 0) floors.add(KERAS);
	if ((await context.filesOf("numpy", "npz")).length > 0) floors.add(NUMPY);
	return floors;
}
