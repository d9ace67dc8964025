import { examineArchive } from "../../archive/examine-archive.ts";
import { type CheckOutcome, type Finding, findingOf, judge, pass } from "../check.ts";
import type { CheckContext } from "../context.ts";

/** All archives of a package, of whatever name, are read once for A06, A07 and A09: each judges what has its codes. */
export async function judgeArchives(context: CheckContext, codes: ReadonlySet<string>): Promise<CheckOutcome> {
	const findings: Finding[] = [];
	const notVerified: string[] = [];
	let archives = 0;
	let entries = 0;
	for (const { path } of context.content()) {
		const examination = await context.read(path, examineArchive);
		if (examination === undefined) continue;
		archives++;
		entries += examination.entries;
		if (codes.has("archive.crc") && examination.unverified > 0) {
			notVerified.push(
				`the checksums of ${examination.unverified.toLocaleString("en")} stored entries of ${path}, beyond its first 64 MiB`,
			);
		}
		for (const problem of examination.problems) if (codes.has(problem.code)) findings.push(findingOf(problem, path));
	}
	const some = `${archives} archive${archives === 1 ? "" : "s"}, ${entries.toLocaleString("en")} entries`;
	const outcome = judge(findings, pass(archives === 0 ? "there is no archive" : some));
	return notVerified.length === 0 ? outcome : { ...outcome, notVerified };
}
