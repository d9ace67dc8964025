import { readFileSync } from "node:fs";
import path from "node:path";
import { renderDuration } from "@headgate/core/kernel";
import { DEFAULT_PLAN, ENDPOINT_DEFAULTS, ENDPOINT_KEYS } from "@headgate/core/plan";
import { table } from "./markdown-table.ts";

const EXAMPLE = "examples/credit-risk/endpoint.yaml";
const NEEDED = "must be written";
const LATER = "kept for later: not used yet";

/** What each key of endpoint.yaml is for, and what holds without it. */
const ROWS: Readonly<Record<string, readonly [meaning: string, without: string]>> = {
	endpoint: ["the stable name that clients call: 1 to 63 of `a-z`, `0-9` and `-`, with no `-` at either end", NEEDED],
	model: ["the model whose versions it serves; it never changes", NEEDED],
	owner: ["`{ team, contact, oncall }`: who answers for it; `oncall` may be left out", NEEDED],
	risk: ["the risk profile: `stakes`, `reversible`, `detection`, `cost_of_delay`, `label_delay`, `regulated`, `flags`", LATER],
	plan: ["a built-in plan's name, or stages: see [the plan language](plan-language.md)", `\`${DEFAULT_PLAN}\``],
	automation: [
		"`manual`: asks before every promotion; `assisted`: asks where the plan says so; `automatic`: as `assisted` for now",
		`\`${ENDPOINT_DEFAULTS.automation}\``,
	],
	objectives: ["limits that gates may call `objective`: `latency_p99: 250ms`, `error_rate: 1%`, `auc: { min: 0.80 }`", "none"],
	business_metrics: [
		"`{ NAME: { kind: mean, direction: up, primary: true } }`: what the product lives by, reported by prediction id; `kind` is `mean` or `rate`, `direction` is `up` or `down`; the primary one is what `business` in a gate means",
		"none; `business` gates are refused",
	],
	labels: ["`{ output: FIELD }`: the output field that true answers are held against", "the only output field there is"],
	evaluation: ["`{ holdout, label, primary, slices, protected, load }`", LATER],
	checks: [
		"`{ off: [C03], evaluation_age: 90d }`: [checks](checks.md) turned off by id, the `crash` gate, and the check of the traffic's `split`; they are then shown as skipped, and an id that is none is refused. And how old an evaluation report may be at a deploy",
		"every check is on, with the limits of its own",
	],
	timeout: [
		"a prediction that takes longer is a failure and gets a 504; up to 10 minutes",
		`\`${renderDuration(ENDPOINT_DEFAULTS.timeoutMs)}\``,
	],
	fallback: ["what to answer when a version fails", LATER],
	output_limits: ["`{ score: [0, 1] }`: an answer outside is the version's failure", "none"],
	sticky: [
		"`header:NAME` or `input:FIELD`, the first that is present: what makes a caller stay with a version",
		"each request draws anew",
	],
	keep_warm: [
		"how long the champion before stays loaded after a promotion; up to 90 days",
		`\`${renderDuration(ENDPOINT_DEFAULTS.keepWarmMs)}\``,
	],
};

/** docs/reference/endpoint.md. Throws when a key of the language is not explained here, or one is explained that it does not have. */
export function endpointReference(): string {
	const keys = Object.keys(ROWS);
	const wrong = [...ENDPOINT_KEYS.filter((key) => !keys.includes(key)), ...keys.filter((key) => !ENDPOINT_KEYS.includes(key))];
	if (wrong.length > 0) throw new Error(`explain in tools/docs/endpoint-reference.ts, or remove there: ${wrong.join(", ")}`);
	return [
		"<!-- Made by tools/docs/endpoint-reference.ts. Change it there, then run `npm run docs`. -->",
		"# endpoint.yaml",
		"",
		"An endpoint's configuration, applied with `headgate endpoint apply FILE`. It takes effect with the next deploy and is rolled back",
		"with it ([decision 9](../decisions/0009-configuration-ships-with-a-deploy.md)). Unknown keys are refused with the nearest known",
		"one, and so is what cannot be judged.",
		"",
		"```yaml",
		readFileSync(path.resolve(import.meta.dirname, "../..", EXAMPLE), "utf8").trimEnd(),
		"```",
		"",
		...table(
			["key", "what it says", "without it"],
			ENDPOINT_KEYS.map((key) => [`\`${key}\``, ...ROWS[key]!]),
		),
		"",
	].join("\n");
}
