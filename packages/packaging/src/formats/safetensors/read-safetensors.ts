import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../../files/read-at.ts";
import { layoutProblems } from "./layout-problems.ts";
import { readSafetensorsHeader } from "./read-safetensors-header.ts";
import type { SafetensorsFile } from "./safetensors-file.ts";

/**
 * Reads the structure of a safetensors file without its tensors' bytes. Throws what `readSafetensorsHeader` throws and the first of
 * `layoutProblems`: HeadgateError `safetensors.dtype`, `.shape`, `.offsets`, `.overlap`, `.hole`, `.trailing` or `weights.cut-off`.
 */
export async function readSafetensors(source: ReadAt, name: string, signal?: AbortSignal): Promise<SafetensorsFile> {
	const { problems: _, ...file } = await soundHeader(source, name, signal);
	return file;
}

async function soundHeader(source: ReadAt, name: string, signal?: AbortSignal) {
	const header = await readSafetensorsHeader(source, name, signal);
	const problem = layoutProblems(header)[0];
	if (problem === undefined) return header;
	throw new HeadgateError(problem.code, `${name}: ${problem.message}`, { path: name });
}
