import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../../files/read-at.ts";
import type { GgufFile } from "./gguf-file.ts";
import { ggufLayoutProblems } from "./gguf-layout-problems.ts";
import { readGgufHeader } from "./read-gguf-header.ts";

/**
 * Reads the structure of a GGUF file without its tensors' bytes. Throws what `readGgufHeader` throws and the first serious one of
 * `ggufLayoutProblems`: HeadgateError `gguf.tensor`, `gguf.offsets` or `weights.cut-off`.
 */
export async function readGguf(source: ReadAt, name: string, signal?: AbortSignal): Promise<GgufFile> {
	const header = await readGgufHeader(source, name, signal);
	const problem = ggufLayoutProblems(header).find(({ severity }) => severity === undefined);
	if (problem !== undefined) throw new HeadgateError(problem.code, `${name}: ${problem.message}`, { path: name });
	const { problems: _, ...file } = header;
	return file;
}
