import { readSafetensorsHeader } from "../../formats/safetensors/read-safetensors-header.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";

/** Headers of real models have some hundred kilobytes. */
const LARGE_HEADER_BYTES = 20_000_000;

export const b01SafetensorsHeader: Check = {
	id: "B01",
	title: "safetensors headers can be read",
	severity: "block",
	refuses:
		"A safetensors header that is longer than 100,000,000 bytes or than its file, is not UTF-8 or JSON, has duplicate or unknown keys, or is followed by anything but spaces.",
	why: "A header's length is the first thing an attacker sets: readers that trusted it ran out of memory, and of two equal keys one reader takes the first and another the last. Cut-off downloads are the commonest failure of all.",
	rules: "1",
	async run(context) {
		const files = await context.filesOf("safetensors");
		if (files.length === 0) return skipped("the package has no safetensors file");
		const findings: Finding[] = [];
		let tensors = 0;
		for (const file of files) {
			try {
				const header = await context.read(file, readSafetensorsHeader);
				tensors += header.tensors.length;
				if (header.headerBytes > LARGE_HEADER_BYTES) findings.push(largeHeader(file, header.headerBytes));
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		const count = files.length === 1 ? files[0] : `${files.length} files`;
		return judge(findings, pass(`${count}, ${tensors.toLocaleString("en")} tensors`));
	},
};

function largeHeader(file: string, bytes: number): Finding {
	const message = `${file}: the header has ${bytes.toLocaleString("en")} bytes, more than 20,000,000 are unusual`;
	const hint = "Move notes out of __metadata__, and merge tiny tensors.";
	return { code: "safetensors.header-length", message, hint, severity: "warn", file };
}
