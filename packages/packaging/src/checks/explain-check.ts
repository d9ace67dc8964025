import { nearestWord } from "@headgate/core/kernel";
import { HeadgateError } from "@headgate/protocol";
import { CHECKS } from "./all-checks.ts";
import type { CheckSeverity } from "./check.ts";
import { CHECK_GROUPS } from "./check-groups.ts";

/** What there is to know of one check. */
export interface CheckExplanation {
	readonly id: string;
	readonly title: string;
	readonly group: string;
	readonly severity: CheckSeverity;
	/** What the severity means for a package. */
	readonly effect: string;
	readonly refuses: string;
	/** Null where the catalogue has no incident. */
	readonly why: string | null;
	readonly turnOff: string;
}

/** In any case of letters. Throws HeadgateError `check.unknown` with the nearest id. */
export function explainCheck(id: string): CheckExplanation {
	const check = CHECKS.find((candidate) => candidate.id === id.trim().toUpperCase());
	if (check === undefined) throw unknownCheck(id);
	const { title, severity, refuses, why = null } = check;
	const refusing = severity === "block" || severity === "high";
	return {
		id: check.id,
		title,
		group: CHECK_GROUPS.find(({ letter }) => check.id.startsWith(letter))?.name ?? "others",
		severity,
		effect: refusing
			? "A package is refused when it fails, and also when it cannot be carried out."
			: "It is shown, and refuses nothing.",
		refuses,
		why,
		turnOff: `In endpoint.yaml: checks: { off: [${check.id}] }. It is then shown as skipped at each deploy.${check.last === true ? "" : " A push always runs it."}`,
	};
}

/** For an id that is none. */
export function unknownCheck(id: string): HeadgateError {
	const known = CHECKS.map((check) => check.id);
	const nearest = nearestWord(id.trim().toUpperCase(), known);
	const hint = nearest === undefined ? `Known checks: ${known.join(", ")}.` : `Did you mean ${nearest}?`;
	return new HeadgateError("check.unknown", `there is no check ${id.slice(0, 80)}`, { hint });
}
