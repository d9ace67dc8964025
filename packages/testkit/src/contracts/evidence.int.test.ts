import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openEvidenceLog } from "@headgate/adapters/filesystem";
import { MemoryEvidence } from "@headgate/control/evidence";
import { type EvidencePlace, evidenceContract } from "./evidence.ts";

evidenceContract("memory", async (): Promise<EvidencePlace> => {
	const lines = new Map<string, string[]>();
	return {
		open: async () => new MemoryEvidence(lines),
		rewrite: async (endpoint, change) => {
			lines.set(endpoint, [...change(lines.get(endpoint) ?? [])]);
		},
		remove: async () => {},
	};
});

// A small segment as well: records then lie in many files, and every promise must hold across their borders.
for (const segmentBytes of [16 * 1024 * 1024, 150]) {
	evidenceContract(`files of ${segmentBytes} bytes`, async (): Promise<EvidencePlace> => {
		const folder = await mkdtemp(path.join(tmpdir(), "headgate-evidence-"));
		return {
			open: () => openEvidenceLog(folder, { segmentBytes }),
			rewrite: async (endpoint, change) => {
				const files = (await readdir(path.join(folder, endpoint))).sort().map((name) => path.join(folder, endpoint, name));
				const contents = await Promise.all(files.map((file) => readFile(file, "utf8")));
				const changed = [...change(contents.flatMap((content) => content.split("\n").slice(0, -1)))];
				for (const [index, file] of files.entries()) {
					const lines = changed.splice(0, contents[index]!.split("\n").length - 1);
					if (lines.length > 0) await writeFile(file, `${lines.join("\n")}\n`);
					else await rm(file);
				}
			},
			remove: () => rm(folder, { recursive: true }),
		};
	});
}
