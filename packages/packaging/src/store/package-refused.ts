import { HeadgateError } from "@headgate/protocol";
import type { CheckResult } from "../checks/check.ts";
import type { CheckSummary } from "../checks/run-checks.ts";

/** A package that did not pass its checks at ingest. Nothing of it was stored. */
export class PackageRefused extends HeadgateError {
	readonly summary: CheckSummary;

	constructor(label: string, summary: CheckSummary, refusing: readonly CheckResult[]) {
		const [first, ...rest] = refusing;
		const more = rest.length === 0 ? "" : ` (and ${rest.map((result) => result.id).join(", ")})`;
		const reason = first === undefined ? "it has no identity" : `${first.id}: ${first.message}`;
		const isAll = rest.length === 0 && (first?.findings?.length ?? 0) <= 1;
		const hint = `${first?.hint}${isAll ? "" : " `headgate check` lists all that refuses it."}`;
		const options = first === undefined ? {} : { hint, ...(first.file === undefined ? {} : { path: first.file }) };
		super("package.refused", `${label} is refused: ${reason}${more}`, options);
		this.summary = summary;
	}
}
