import { printable } from "../../files/package-path.ts";
import { readSafetensorsHeader } from "../../formats/safetensors/read-safetensors-header.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";

const LONG_VALUE_BYTES = 64 * 1024;
const HINT = "Keep notes short, and programs out of weight files.";

export const b05SafetensorsMetadata: Check = {
	id: "B05",
	title: "safetensors metadata are plain notes",
	severity: "info",
	refuses: "Nothing: it tells of values in `__metadata__` that are longer than 64 KiB or look like a program.",
	why: "Free text travels with the weights unseen, and tools that show it may run what stands there.",
	rules: "1",
	async run(context) {
		const files = await context.readable("safetensors", readSafetensorsHeader);
		if (files.length === 0) return skipped("there is no readable safetensors file");
		const findings: Finding[] = [];
		let count = 0;
		for (const { path: file, model } of files) {
			for (const { key, value, bytes, script } of model.notes ?? []) {
				count++;
				const what = `${file}: the value of '${printable(key.slice(0, 80))}' in __metadata__`;
				const add = (message: string): void => {
					findings.push({ code: "safetensors.metadata", message: `${what} ${message}`, hint: HINT, file });
				};
				if (bytes > LONG_VALUE_BYTES) add(`has ${bytes.toLocaleString("en")} bytes, more than 65,536 are unusual`);
				if (script) add(`looks like a program: '${printable(value.slice(0, 40))}'`);
			}
		}
		return judge(findings, pass(`${count} entries`));
	},
};
