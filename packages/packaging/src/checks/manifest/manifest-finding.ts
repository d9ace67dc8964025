import { type ManifestProblem, renderProblem } from "../../manifest/problem.ts";
import type { Finding } from "../check.ts";

/** A problem of model.yaml as a finding with its place. */
export function manifestFinding(problem: ManifestProblem): Finding {
	const { code, hint, line, col } = problem;
	const place = line === undefined || col === undefined ? {} : { line, column: col };
	return { code, message: renderProblem(problem), hint, file: "model.yaml", ...place };
}
