import { lstat, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { pathProblem, printable } from "../../files/package-path.ts";
import { tensorBytes } from "../../formats/onnx/elem-types.ts";
import type { OnnxTensor } from "../../formats/onnx/onnx-model.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

const KEYS = new Set(["location", "offset", "length", "checksum", "basepath"]);
const HINT = "Keep external data in plain files inside the package, and export the model again.";

export const c04ExternalData: Check = {
	id: "C04",
	title: "External data stay inside the package",
	severity: "block",
	refuses:
		"External tensor data outside the package, behind a symbolic or hard link, past the end of its file, of another length than " +
		"the tensor, or with unknown keys.",
	why: "External data that point elsewhere read any file of the host: CVE-2022-25882, CVE-2024-27318 (nested ..), CVE-2025-51480, CVE-2026-27489 (symbolic link), CVE-2026-34446 (hard link).",
	async run(context) {
		const models = await context.readableOnnx();
		if (models.length === 0) return skipped("there is no readable ONNX file");
		const ranges = new Map<string, [number, number, string][]>();
		let count = 0;
		for (const { path: file, model } of models) {
			for (const tensor of model.tensors) {
				if (!tensor.external && tensor.externalEntries.length === 0) continue;
				count++;
				const found = await locate(context.input.root, file, tensor);
				const name = printable(tensor.name.slice(0, 80));
				if (typeof found === "string")
					return fail("onnx.external-data", `${file}: external data of tensor '${name}': ${found}`, HINT, { file });
				const list = ranges.get(found.path) ?? [];
				ranges.set(found.path, list);
				list.push([found.offset, found.offset + found.length, name]);
			}
		}
		if (count === 0) return pass("no external data");
		const overlap = firstOverlap(ranges);
		const outcome = pass(`${count} tensors in ${ranges.size} file${ranges.size === 1 ? "" : "s"}`);
		return overlap === undefined
			? outcome
			: fail("onnx.external-data", overlap, "Give each tensor its own bytes.", { severity: "warn" });
	},
};

type Range = { readonly path: string; readonly offset: number; readonly length: number };

/** Where a tensor's external bytes lie, or what is wrong with them. */
export async function locate(root: string, model: string, tensor: OnnxTensor): Promise<Range | string> {
	const unknown = tensor.externalEntries.find(([key]) => !KEYS.has(key));
	if (unknown !== undefined) return `the key '${printable(unknown[0].slice(0, 80))}' is not allowed`;
	if (new Set(tensor.externalEntries.map(([key]) => key)).size < tensor.externalEntries.length) return "a key stands twice";
	const entries = new Map(tensor.externalEntries);
	const location = entries.get("location");
	if (location === undefined) return "it has no location";
	if (location.includes("_ORT_MEM_ADDR_")) return "its location is an address in memory";
	const problem = pathProblem(location);
	if (problem !== undefined) return `the location '${printable(location.slice(0, 200))}': ${problem}`;
	const path = join(dirname(model), location);
	const offset = decimal(entries.get("offset") ?? "0");
	if (offset === undefined) return `the offset '${printable(entries.get("offset")!.slice(0, 40))}' is no number of bytes`;
	const stats = await lstat(join(root, path)).catch(() => undefined);
	if (stats === undefined) return `the file '${printable(location)}' does not exist`;
	if (stats.isSymbolicLink()) return `'${printable(location)}' is a symbolic link`;
	if (!stats.isFile()) return `'${printable(location)}' is not a file`;
	if (stats.nlink > 1) return `'${printable(location)}' is a hard link (${stats.nlink} names for one file)`;
	const inside = relative(await realpath(root), await realpath(join(root, path)));
	if (inside === ".." || inside.startsWith(`..${sep}`)) return `'${printable(location)}' lies outside the package`;
	return measured(tensor, entries.get("length"), path, offset, BigInt(stats.size));
}

function measured(tensor: OnnxTensor, written: string | undefined, path: string, offset: bigint, size: bigint): Range | string {
	const expected = tensorBytes(tensor.elemType, tensor.dims);
	const length = written === undefined ? (expected ?? size - offset) : decimal(written);
	if (length === undefined) return `the length '${printable(written!.slice(0, 40))}' is no number of bytes`;
	const text = (value: bigint): string => value.toLocaleString("en");
	if (expected !== undefined && length !== expected) return `it says ${text(length)} bytes, its shape takes ${text(expected)}`;
	if (offset + length > size) {
		return `it ends at offset ${text(offset + length)} of ${path}, which is cut off at ${text(size)} bytes`;
	}
	return { path, offset: Number(offset), length: Number(length) };
}

function decimal(text: string): bigint | undefined {
	return /^\d{1,30}$/.test(text) ? BigInt(text) : undefined;
}

function firstOverlap(ranges: ReadonlyMap<string, [number, number, string][]>): string | undefined {
	for (const [path, list] of ranges) {
		list.sort((a, b) => a[0] - b[0]);
		const at = list.findIndex(([start], index) => index > 0 && start < list[index - 1]![1]);
		if (at > 0) return `tensors '${list[at - 1]![2]}' and '${list[at]![2]}' share bytes of ${path}`;
	}
	return undefined;
}
