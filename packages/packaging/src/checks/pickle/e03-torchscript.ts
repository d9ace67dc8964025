import { HeadgateError } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import { readZip } from "../../formats/zip/read-zip.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import { torchArchives } from "./e02-torch-archive.ts";

/** torch.jit.save writes source under code/ and constants.pkl beside data.pkl. */
const SCRIPT_ENTRY = /(^|\/)(constants\.pkl|code\/.+|[^/]+\.debug_pkl)$/;

export const e03Torchscript: Check = {
	id: "E03",
	title: "No TorchScript",
	severity: "block",
	refuses:
		"A torch archive with code of its own: TorchScript, by its entries under code/ or its constants.pkl, whatever its name.",
	why: "torch.load ran code from TorchScript archives even with weights_only=True up to 2.5.1 (CVE-2025-32434), and nothing here can judge what the code does.",
	rules: "1",
	async run(context) {
		const files = await torchArchives(context);
		if (files.length === 0) return skipped("no file is a torch archive");
		const findings: Finding[] = [];
		for (const file of files) {
			const entries = await context.read(file, readZip).then(
				(zip) => zip.entries,
				(error: unknown) => {
					// E02 says what is wrong with the archive.
					if (error instanceof HeadgateError && error.row.exit !== 3) return [];
					throw error;
				},
			);
			const script = entries.find((entry) => SCRIPT_ENTRY.test(entry.name));
			if (script === undefined) continue;
			const message = `${file} is TorchScript: its entry ${printable(script.name.slice(0, 120))} is code that runs when the file is loaded`;
			findings.push({ code: "torch.script", message, hint: new HeadgateError("torch.script", "").hint, file });
		}
		return judge(findings, pass(files.join(", ")));
	},
};
