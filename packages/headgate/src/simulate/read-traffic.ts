import { existsSync, readdirSync } from "node:fs";
import { openEvidenceReader } from "@headgate/adapters/filesystem";
import type { Evidence } from "@headgate/core/analysis";
import { TrafficRecord } from "@headgate/core/simulation";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";

/** Under this much every rollout would see the same few seconds again. */
const MIN_SECONDS = 60;

/**
 * What the champions of an endpoint answered, from the evidence in a data folder, read only; control may run on it.
 *
 * @param endpoint whose; null: the only one that there is.
 * Throws `simulate.traffic` when there is none, none of this name, several to choose from, or too little.
 */
export async function readTraffic(
	folder: DataFolder,
	endpoint: string | null,
): Promise<{ readonly endpoint: string; readonly record: TrafficRecord }> {
	const name = chooseEndpoint(folder, endpoint);
	const record = new TrafficRecord();
	const reader = await openEvidenceReader(folder.evidence);
	try {
		for await (const line of reader.read(name)) {
			const evidence = line as unknown as Evidence;
			if (evidence.kind === "window") record.take(evidence.window);
		}
	} finally {
		await reader.close();
	}
	if (record.seconds < MIN_SECONDS) {
		const message = `${name} has ${record.seconds} s of recorded champion traffic, at least ${MIN_SECONDS} are needed`;
		throw noTraffic(message, "Windows are recorded during rollouts; let one run longer, or simulate in --worlds.");
	}
	return { endpoint: name, record };
}

function chooseEndpoint({ root, evidence }: DataFolder, endpoint: string | null): string {
	const entries = existsSync(evidence) ? readdirSync(evidence, { withFileTypes: true }) : [];
	const names = entries
		.filter((entry) => entry.isDirectory())
		.map((entry) => entry.name)
		.sort();
	if (names.length === 0) throw noTraffic(`${root} has no recorded evidence`, "Name the data folder of an installation.");
	if (endpoint !== null && names.includes(endpoint)) return endpoint;
	const there = `there is evidence of ${names.join(", ")}`;
	if (endpoint !== null) throw noTraffic(`${root} has no evidence of ${endpoint}`, `In this folder ${there}.`);
	if (names.length > 1) throw noTraffic(`${root} has several endpoints`, `Say whose with --endpoint FILE; ${there}.`);
	return names[0]!;
}

function noTraffic(message: string, hint: string): HeadgateError {
	return new HeadgateError("simulate.traffic", message, { hint, path: "traffic" });
}
