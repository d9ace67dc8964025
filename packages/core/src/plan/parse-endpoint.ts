import type { Result } from "../kernel/refusal.ts";
import { parseBusinessMetrics, primaryOf } from "./business-metric.ts";
import { type Automation, ENDPOINT_DEFAULTS, type EndpointConfig, type EndpointOwner } from "./endpoint-config.ts";
import { copyJson, type Json } from "./json-copy.ts";
import { NO_OBJECTIVES } from "./objectives.ts";
import { parseChecks, parseOutputLimits, parseSticky } from "./parse-endpoint-parts.ts";
import { parseObjectives } from "./parse-objectives.ts";
import { parsePlan } from "./parse-plan.ts";
import { readChoice, readDurationMs, readList, readMap, readText } from "./read-value.ts";
import { RefusalList } from "./refusal-list.ts";
import { RISK_KEYS } from "./risk-keys.ts";

/** Every key of endpoint.yaml. */
export const ENDPOINT_KEYS: readonly string[] = [
	"endpoint",
	"model",
	"owner",
	"risk",
	"plan",
	"automation",
	"objectives",
	"business_metrics",
	"labels",
	"evaluation",
	"checks",
	"timeout",
	"fallback",
	"output_limits",
	"sticky",
	"keep_warm",
];

const AUTOMATION: readonly Automation[] = ["manual", "assisted", "automatic"];
const EVALUATION_KEYS = ["holdout", "label", "primary", "slices", "protected", "load"];
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const TIMEOUT_MS = { min: 1, max: 600_000 };
const KEEP_WARM_MS = { min: 0, max: 90 * 86_400_000 };

/** Reads the content of endpoint.yaml, its plan included. Refuses the first thing that is wrong, by its place in the file. */
export function parseEndpoint(raw: unknown): Result<EndpointConfig> {
	const list = new RefusalList("endpoint");
	const map = readMap(list, raw, "endpoint.yaml") ?? {};
	list.checkKeys(map, ENDPOINT_KEYS, "");
	/** Reads a key that may be left out. */
	const read = <T>(key: string, reader: (value: unknown, path: string) => T | undefined): T | undefined => {
		const value = Object.hasOwn(map, key) ? map[key] : undefined;
		return value === undefined || value === null ? undefined : reader(value, key);
	};
	const name = (key: string, example: string) =>
		read(key, (value) => readName(list, value, key)) ?? missing(list, map, key, example);
	const keep = (key: string, known?: readonly string[]) => read(key, (value) => keepRaw(list, value, key, known)) ?? null;

	const endpoint = name("endpoint", "credit-risk");
	const model = name("model", "credit-risk");
	const owner = read("owner", (value) => readOwner(list, value)) ?? missing(list, map, "owner", "{ team: ..., contact: ... }");
	const risk = keep("risk", RISK_KEYS);
	const automation = read("automation", (value, path) => readChoice(list, value, path, AUTOMATION));
	const objectives = read("objectives", (value, path) => parseObjectives(list, value, path)) ?? NO_OBJECTIVES;
	const businessMetrics = read("business_metrics", (value, path) => parseBusinessMetrics(list, value, path)) ?? {};
	const labelOutput = read("labels", (value) => readLabels(list, value));
	const businessPrimary = primaryOf(businessMetrics);
	const evaluation = keep("evaluation", EVALUATION_KEYS);
	const checks = read("checks", (value, path) => parseChecks(list, value, path));
	const timeoutMs = read("timeout", (value, path) => readDurationMs(list, value, path, TIMEOUT_MS));
	const fallback = read("fallback", (value, path) => readList(list, value, path, 16)) === undefined ? null : keep("fallback");
	const outputLimits = read("output_limits", (value, path) => parseOutputLimits(list, value, path));
	const sticky = read("sticky", (value, path) => parseSticky(list, value, path));
	const keepWarmMs = read("keep_warm", (value, path) => readDurationMs(list, value, path, KEEP_WARM_MS));
	const plan = list.take(parsePlan(map["plan"], { objectives, businessPrimary, businessMetrics }));

	return list.conclude({
		endpoint: endpoint ?? "",
		model: model ?? "",
		owner: owner ?? { team: "", contact: "", onCall: null },
		plan: plan ?? { name: "", stages: [] },
		automation: automation ?? ENDPOINT_DEFAULTS.automation,
		objectives,
		timeoutMs: timeoutMs ?? ENDPOINT_DEFAULTS.timeoutMs,
		keepWarmMs: keepWarmMs ?? ENDPOINT_DEFAULTS.keepWarmMs,
		outputLimits: outputLimits ?? {},
		sticky: sticky ?? [],
		checks: checks ?? { off: [] },
		businessPrimary,
		risk,
		fallback,
		businessMetrics,
		...(labelOutput === undefined ? {} : { labelOutput }),
		evaluation,
	});
}

/** What this configuration asks for that Headgate reads but does not do yet: one sentence each, to be shown when it is applied. */
export function endpointNotices(config: EndpointConfig): string[] {
	const notices: string[] = [];
	if (config.fallback !== null)
		notices.push("fallback is kept but not available yet: a failed prediction is answered with its error");
	if (config.evaluation !== null) notices.push("evaluation is kept but not available yet: evaluate stages are skipped");
	return notices;
}

/** Whether a text can name an endpoint or a model: 1 to 63 of a-z, 0-9 and -, with no - at either end. */
export function isEndpointName(text: string): boolean {
	return NAME.test(text);
}

function readName(list: RefusalList, value: unknown, path: string): string | undefined {
	const text = readText(list, value, path);
	if (text === undefined || isEndpointName(text)) return text;
	const hint = "write 1 to 63 of a-z, 0-9 and -, with no - at either end: credit-risk";
	return list.add("endpoint.invalid-name", `${path} "${text}" is not a name`, hint, path);
}

/** Notes a missing key, unless it was there and its reader has already said what is wrong with it. */
function missing(list: RefusalList, map: Readonly<Record<string, unknown>>, key: string, example: string): undefined {
	if (Object.hasOwn(map, key) && map[key] !== undefined && map[key] !== null) return undefined;
	return list.addShared("missing-key", `${key} is missing`, `write ${key}: ${example}`, key);
}

function readOwner(list: RefusalList, value: unknown): EndpointOwner | undefined {
	const map = readMap(list, value, "owner");
	if (map === undefined) return undefined;
	list.checkKeys(map, ["team", "contact", "oncall"], "owner");
	const part = (key: string, example: string) => {
		if (map[key] === undefined || map[key] === null) {
			return list.addShared("missing-key", `${key} is missing`, `write ${key}: ${example}`, `owner.${key}`);
		}
		return readText(list, map[key], `owner.${key}`);
	};
	const team = part("team", "risk-ml");
	const contact = part("contact", "risk-ml@example.com");
	const onCall = map["oncall"] === undefined || map["oncall"] === null ? null : part("oncall", "pagerduty:PABC12");
	if (team === undefined || contact === undefined || onCall === undefined) return undefined;
	return { team, contact, onCall };
}

/** Reads `labels: { output: score }`. */
function readLabels(list: RefusalList, value: unknown): string | undefined {
	const map = readMap(list, value, "labels");
	if (map === undefined) return undefined;
	list.checkKeys(map, ["output"], "labels");
	const output = map["output"];
	return output === undefined || output === null ? undefined : readText(list, output, "labels.output");
}

function keepRaw(list: RefusalList, value: unknown, path: string, known?: readonly string[]): Json | undefined {
	if (known !== undefined) {
		const map = readMap(list, value, path);
		if (map === undefined) return undefined;
		list.checkKeys(map, known, path);
	}
	const copied = copyJson(value);
	if (copied !== undefined) return copied;
	return list.addShared("invalid-value", `${path} holds what JSON cannot hold, or far too much`, "put dates in quotes", path);
}
