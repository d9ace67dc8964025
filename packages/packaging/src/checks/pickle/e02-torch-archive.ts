import { HeadgateError } from "@headgate/protocol";
import { sniffContainer } from "../../formats/sniff.ts";
import { readTorch } from "../../formats/torch/read-torch.ts";
import { readZip } from "../../formats/zip/read-zip.ts";
import { verifyCrc } from "../../formats/zip/zip-entry.ts";
import { type Check, type Finding, findingOf, isEnough, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

export const e02TorchArchive: Check = {
	id: "E02",
	title: "Torch archives are whole",
	severity: "block",
	refuses:
		"A torch zip whose local headers and directory disagree, with an encrypted entry or a wrong checksum, without exactly one data.pkl, " +
		"or with a storage that is missing or of another size than its tensors say.",
	why:
		"Scanners and torch read different bytes where headers disagree or a checksum is wrong (CVE-2025-1944, CVE-2025-10156), and a storage " +
		"shorter than its tensors is read beyond its end even with weights_only (CVE-2026-24747).",
	deadlineMs: 120_000,
	rules: "1",
	async run(context) {
		const files = await torchArchives(context);
		if (files.length === 0) return skipped("no file is a torch archive");
		const findings: Finding[] = [];
		let storages = 0;
		for (const file of files) {
			try {
				const torch = await context.read(file, readTorch);
				storages += torch.storages;
				const again = "Save the model again with torch.save, and copy it as binary.";
				for (const { code, message, offset } of torch.problems) {
					findings.push({ code, message: `${file} ${message}`, hint: again, file, offset });
				}
				findings.push(...(await checksumFindings(context, file)));
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		return judge(findings, pass(`${files.join(", ")}: ${storages} storages`));
	},
};

/** Files that are zip archives and are, or are said to be, of torch. */
export async function torchArchives(context: CheckContext): Promise<string[]> {
	const files: string[] = [];
	for (const file of await context.filesOf("torch")) {
		if ((await sniffContainer(await context.open(file))) === "zip") files.push(file);
	}
	return files;
}

async function checksumFindings(context: CheckContext, file: string): Promise<Finding[]> {
	const source = await context.open(file);
	const { entries } = await context.read(file, readZip);
	const findings: Finding[] = [];
	for (const entry of entries) {
		if (entry.isFolder || isEnough(findings)) continue;
		try {
			await verifyCrc(source, entry, { name: file, maxBytes: entry.bytes, signal: context.signal });
		} catch (error) {
			if (!(error instanceof HeadgateError)) throw error;
			findings.push(findingOf(error, file));
		}
	}
	return findings;
}
