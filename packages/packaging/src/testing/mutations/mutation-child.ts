/**
 * Runs mutations in a process of its own: `mutation-child.ts --list | SUBJECT CASES [coverage]`. It writes the number of each 1,000th case
 * while it runs and ends with one line of JSON.
 */
import { MUTATION_SUBJECTS } from "./all-subjects.ts";
import { coverLines, type LineCoverage } from "./line-coverage.ts";
import { type MutationReport, runMutations } from "./run-mutations.ts";

interface MutationChildReport extends MutationReport {
	/** Peak resident memory above what the process took after it had read every sound file, in bytes. */
	readonly memoryAboveBaseBytes: number;
	readonly coverage: LineCoverage | null;
}

const [name, cases, mode] = process.argv.slice(2);
if (name === "--list") {
	process.stdout.write(`${JSON.stringify(MUTATION_SUBJECTS.map((one) => one.name))}\n`);
	process.exit();
}
const subject = MUTATION_SUBJECTS.find((candidate) => candidate.name === name);
if (subject === undefined) throw new Error(`there is no parser ${name}`);

// Before anything is parsed: functions that were compiled earlier are not counted by block.
const coverage = mode === "coverage" ? await coverLines(subject.sources) : undefined;
for (const seed of subject.seeds()) await subject.parse(seed);
const baseBytes = peakBytes();
const onCase = (number: number): void => {
	if (number % 1_000 === 0) process.stdout.write(`${number}\n`);
};
const report = await runMutations(subject, 0, Number(cases), onCase);
const result: MutationChildReport = {
	...report,
	memoryAboveBaseBytes: peakBytes() - baseBytes,
	coverage: (await coverage?.take()) ?? null,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

function peakBytes(): number {
	return process.resourceUsage().maxRSS * 1024;
}
