import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * What a Python function says to each of these files: null when it reads it, else the error's text. `load` is an expression for a
 * function of the file's bytes; `imports` are what it needs.
 */
export async function pythonAnswers(
	python: string,
	imports: string,
	load: string,
	files: readonly Uint8Array[],
): Promise<(string | null)[]> {
	const folder = await mkdtemp(join(tmpdir(), "headgate-python-"));
	try {
		for (const [index, bytes] of files.entries()) await writeFile(join(folder, String(index)), bytes);
		const program = [
			`import json, sys, ${imports}`,
			`load = ${load}`,
			"answers = []",
			"for index in range(int(sys.argv[2])):",
			"    with open(f'{sys.argv[1]}/{index}', 'rb') as file: data = file.read()",
			"    try:",
			"        load(data)",
			"        answers.append(None)",
			"    except Exception as error:",
			"        answers.append(f'{type(error).__name__}: {error}'[:300])",
			"print(json.dumps(answers))",
		].join("\n");
		const args = ["-I", "-c", program, folder, String(files.length)];
		const { stdout } = await run(python, args, { maxBuffer: 64 * 1024 * 1024 });
		return JSON.parse(stdout) as (string | null)[];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
