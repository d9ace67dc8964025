import { renderDuration } from "../kernel/duration.ts";
import { BUILT_IN_PLANS } from "./built-in-plans.ts";
import { type GatePlace, METRICS, type MetricRow } from "./metric-table.ts";
import { NO_OBJECTIVES } from "./objectives.ts";
import { DEFAULT_PLAN, parsePlan } from "./parse-plan.ts";
import { planDuration } from "./plan-duration.ts";
import { renderPlan } from "./render-plan.ts";
import { OPTIONS, STAGES } from "./stage-table.ts";

/** The text of docs/reference/plan-language.md, made from the tables that the parser reads. */
export function planReference(): string {
	return [INTRODUCTION, stages(), options(), GRAMMAR, metrics(), REFUSED, builtIns()].join("\n\n").concat("\n");
}

const INTRODUCTION = `<!-- Made from packages/core/src/plan. Edit the tables there. -->
# The plan and gate language

A plan is what a rollout follows: a list of stages. \`plan:\` in endpoint.yaml takes the name of a built-in plan or a list of
stages; without it the plan is \`${DEFAULT_PLAN}\`. A stage is a map with one key, its kind:

\`\`\`yaml
plan:
  - validate:
  - canary: { weight: 10%, hold: 180s, gates: [ "error_rate <= 1%", "latency_p95 <= champion + 20%" ] }
  - canary: { weight: 50%, hold: 120s }
  - promote:
  - watch: { hold: 72h }
\`\`\`

Durations are written \`250ms 90s 5m 24h 3d 1w\`, shares in percent (\`10%\`, never \`10\` or \`0.1\`). Unknown keys and words are
refused, and the refusal names the nearest known one. A rollout keeps the plan it began with: editing endpoint.yaml never
changes one that runs.`;

const AVAILABILITY = { yes: "yes", skipped: "read, shown and skipped for now", no: "not yet: refused" } as const;

function stages(): string {
	const rows = STAGES.map((row) => [
		code(row.kind),
		row.meaning,
		row.options.map(code).join(" ") || "none",
		AVAILABILITY[row.available],
	]);
	return `## Stages

${table(["stage", "what happens", "options", "available"], rows)}

Order: \`validate\` and \`evaluate\` stand before traffic; the weights of canaries rise; \`promote\` needs a \`canary\` or a \`switch\`
before it and happens once; only \`watch\` follows the promotion. A plan ends in a promotion: \`promote\`, or a \`switch\` that no
\`promote\` follows.`;
}

function options(): string {
	const rows = OPTIONS.map((row) => [code(row.name), row.meaning, row.range, row.default]);
	return `## Options

${table(["option", "what it says", "values", "default"], rows)}

Gates and rules carry over from one traffic stage (\`canary\`, \`watch\`) to the next until they are replaced. \`evaluate\` has its own.`;
}

const GRAMMAR = `## Gates

A gate is one condition, one sentence:

\`\`\`
gate   := metric ["of" FIELD] OP bound ["where" slice]            OP := "<=" | ">="
bound  := NUMBER [UNIT] | "objective" | "champion" [("+"|"-") NUMBER ("%"|"pp"|UNIT)]
slice  := FIELD ("="|"!="|"<="|">=") VALUE {"and" ...}            UNIT := "%" "us" "ms" "s"
\`\`\`

Behind \`champion\`, \`%\` is relative (\`champion + 20%\` is 1.2 times the champion's value) and \`pp\` is absolute, in percentage
points. \`objective\` is the limit that the endpoint's objectives state for the metric. \`champion\` is the version that was champion
when the rollout began.`;

const PLACES: readonly GatePlace[] = ["evaluate", "traffic", "alert"];

function metrics(): string {
	const rows = METRICS.map((row) => [
		metricSpelling(row),
		row.meaning,
		row.unit === "ratio" ? "share" : row.unit,
		row.harm === "high" ? "`<=`" : "`>=`",
		row.arms,
		...PLACES.map((place) => (row.places.includes(place) ? (row.available.includes(place) ? "yes" : "not yet") : "no")),
		row.judge,
	]);
	return `## Metrics

${table(["metric", "what it is", "unit", "operator", "arms", "evaluate", "traffic", "alert", "judged by"], rows)}

"Not yet" in evaluate: the gate is read and shown, and skipped with its stage. "Not yet" in traffic: it is refused.`;
}

function metricSpelling(row: MetricRow): string {
	const name = row.name === "latency" ? "latency_pNN" : row.name;
	if (row.field === "none") return code(name);
	return row.field === "required" ? code(`${name} of FIELD`) : `${code(name)} or ${code(`${name} of FIELD`)}`;
}

const REFUSED = `A gate that cannot be judged where it stands is refused when the plan is read:

- the operator that looks away from the harm (\`error_rate >= 1%\`), and any operator but \`<=\` and \`>=\`;
- on traffic, \`champion\` without a tolerance, which two equal versions could never prove (\`champion + 0.1pp\` is fine);
- on traffic, a tolerance that asks for better than the champion, a bound of 0, or a share of 100%;
- \`objective\` where the endpoint states none for the metric;
- a unit that does not fit (latency in pp, error_rate in ms or without a unit);
- \`where\` on traffic, for now.`;

function builtIns(): string {
	const parts = BUILT_IN_PLANS.map((builtIn) => {
		if (builtIn.stages === null)
			return `### ${builtIn.name}\n\n${sentence(builtIn.meaning)} Not available yet: it needs ${builtIn.missing}.`;
		const plan = parsePlan(builtIn.name, { objectives: NO_OBJECTIVES, businessPrimary: null });
		if (!plan.ok) return `### ${builtIn.name}\n\n${plan.refusal.message}`;
		const { likelyMs, longestMs } = planDuration(plan.value);
		const duration = `To the promotion: ${renderDuration(likelyMs)} when every gate passes in its hold, ${renderDuration(longestMs)} at the longest.`;
		const text = likelyMs === 0 ? "" : `\n\n${duration}`;
		return `### ${builtIn.name}\n\n${sentence(builtIn.meaning)}${text}\n\n\`\`\`\n${renderPlan(plan.value).join("\n")}\n\`\`\``;
	});
	return `## Built-in plans\n\n${parts.join("\n\n")}`;
}

function sentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function code(text: string): string {
	return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
