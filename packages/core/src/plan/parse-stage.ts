import { nearestWord } from "../kernel/nearest.ts";
import type { BusinessMetrics } from "./business-metric.ts";
import type { GatePlace } from "./metric-table.ts";
import type { Objectives } from "./objectives.ts";
import { parseApproveWhen } from "./parse-approve.ts";
import { parseGate } from "./parse-gate.ts";
import type { EvaluateStage, Gate, OnFail, Stage, TrafficRules } from "./plan.ts";
import {
	isMap,
	type RawMap,
	readChoice,
	readDurationMs,
	readInteger,
	readList,
	readMap,
	readPercent,
	show,
} from "./read-value.ts";
import type { RefusalList } from "./refusal-list.ts";
import { renderGate } from "./render-gate.ts";
import { DEFAULTS, findStage, LIMITS, ON_FAIL, ON_FAIL_BEFORE_TRAFFIC, ON_UNKNOWN, STAGE_KINDS } from "./stage-table.ts";

/** The traffic rules in force so far: what a stage says nothing about carries over. */
export interface CarriedRules extends TrafficRules {
	readonly attribution: boolean;
}

export interface StageContext {
	readonly list: RefusalList;
	readonly objectives: Objectives;
	readonly businessPrimary: string | null;
	readonly businessMetrics?: BusinessMetrics;
	/** undefined before the first traffic stage. */
	readonly carried: CarriedRules | undefined;
}

export interface ParsedStage {
	readonly stage: Stage;
	readonly path: string;
	/** What the next traffic stage inherits. */
	readonly carried: CarriedRules | undefined;
}

/** Reads one entry of a plan: a map with one key, its kind. `path` is the entry's own, `plan[2]`. */
export function parseStage(raw: unknown, path: string, context: StageContext): ParsedStage | undefined {
	const { list } = context;
	const entries: [string, unknown][] = typeof raw === "string" ? [[raw, null]] : isMap(raw) ? Object.entries(raw) : [];
	const [entry] = entries;
	if (entry === undefined || entries.length !== 1) {
		const got = entries.length > 1 ? `a map with ${entries.length} keys (${entries.map(([key]) => key).join(", ")})` : show(raw);
		const hint = 'write one kind per entry: "- canary: { weight: 10%, hold: 180s }"';
		return list.addShared("invalid-value", `a stage is a map with one key, its kind; got ${got}`, hint, path);
	}
	const [kind, options] = entry;
	const row = findStage(kind);
	if (row === undefined) {
		const nearest = nearestWord(kind, STAGE_KINDS);
		const hint = nearest === undefined ? `known stages: ${STAGE_KINDS.join(", ")}` : `did you mean ${nearest}?`;
		return list.add("plan.unknown-stage", `stage "${kind}" is not known`, hint, path);
	}
	if (row.available === "no") {
		const hint = "leave it out; canary, switch, promote and watch are available";
		return list.add("plan.stage-not-available", `stage ${kind} is not available yet`, hint, path);
	}
	const at = `${path}.${kind}`;
	const map = options === null || options === undefined ? {} : readMap(list, options, at);
	if (map === undefined) return undefined;
	if (kind === "canary" && Object.hasOwn(map, "until")) {
		const hint = "a canary ends with its hold; min_requests says how many answers an unproven promotion needs";
		return list.add("plan.option-not-available", "until is not available in a canary yet", hint, `${at}.until`);
	}
	list.checkKeys(map, row.options, at);
	return readStage(kind, map, at, context);
}

function readStage(kind: string, map: RawMap, path: string, context: StageContext): ParsedStage | undefined {
	const { list, carried } = context;
	const done = (stage: Stage): ParsedStage => ({ stage, path, carried });
	switch (kind) {
		case "validate":
		case "switch":
			return done({ kind });
		case "evaluate":
			return done(readEvaluate(map, path, context));
		case "approve": {
			const by = optional(map["by"], (value) => readInteger(list, value, `${path}.by`, LIMITS.approvals));
			const when = optional(map["when"], (value) => parseApproveWhen(list, value, `${path}.when`));
			return done({ kind, when: when ?? null, by: by ?? DEFAULTS.approvals });
		}
		case "promote": {
			const holdback = optional(map["holdback"], (value) => readPercent(list, value, `${path}.holdback`, LIMITS.holdbackPercent));
			return done({ kind, holdbackPercent: holdback ?? DEFAULTS.holdbackPercent });
		}
		case "canary": {
			const weightPercent = required(list, map, "weight", path, "10%", (value, at) =>
				readPercent(list, value, at, LIMITS.weightPercent),
			);
			const holdMs = readHold(list, map, path);
			const rules = readRules(map, path, context);
			if (weightPercent === undefined || holdMs === undefined) return undefined;
			return { stage: { kind, weightPercent, holdMs, ...trafficRules(rules) }, path, carried: rules };
		}
		case "watch": {
			const holdMs = readHold(list, map, path);
			const rules = readRules(map, path, context);
			return holdMs === undefined ? undefined : { stage: { kind, holdMs, ...trafficRules(rules) }, path, carried: rules };
		}
		default:
			return undefined;
	}
}

function readEvaluate(map: RawMap, path: string, context: StageContext): EvaluateStage {
	const { list } = context;
	const gates = optional(map["gates"], (value) => readGates(context, value, `${path}.gates`, "evaluate", true));
	const onFail = optional(map["on_fail"], (value): OnFail | undefined =>
		readChoice(list, value, `${path}.on_fail`, ON_FAIL_BEFORE_TRAFFIC),
	);
	return { kind: "evaluate", gates: gates ?? [], onFail: onFail ?? DEFAULTS.onFailEvaluate };
}

function readRules(map: RawMap, path: string, context: StageContext): CarriedRules {
	const { list, carried } = context;
	const before = carried ?? FIRST_RULES;
	const switched = optional(map["attribution"], (value) => readSwitch(list, value, `${path}.attribution`));
	const attribution = switched ?? before.attribution;
	const named = optional(map["gates"], (value) => readGates(context, value, `${path}.gates`, "traffic", attribution));
	const inherited = carried?.gates ?? readGates(context, DEFAULTS.gates, `${path}.gates`, "traffic", attribution);
	return {
		gates: named ?? withAttribution(inherited, attribution),
		onFail: optional(map["on_fail"], (value) => readChoice(list, value, `${path}.on_fail`, ON_FAIL)) ?? before.onFail,
		extend: optional(map["extend"], (value) => readInteger(list, value, `${path}.extend`, LIMITS.extend)) ?? before.extend,
		onUnknown:
			optional(map["on_unknown"], (value) => readChoice(list, value, `${path}.on_unknown`, ON_UNKNOWN)) ?? before.onUnknown,
		minRequests:
			optional(map["min_requests"], (value) => readInteger(list, value, `${path}.min_requests`, LIMITS.minRequests)) ??
			before.minRequests,
		attribution,
	};
}

const FIRST_RULES: CarriedRules = { ...DEFAULTS, gates: [] };

function withAttribution(gates: readonly Gate[], attribution: boolean): readonly Gate[] {
	return gates.map((gate) => (gate.bound.kind === "champion" ? gate : { ...gate, attribution }));
}

function trafficRules({ gates, onFail, extend, onUnknown, minRequests }: CarriedRules): TrafficRules {
	return { gates, onFail, extend, onUnknown, minRequests };
}

function readGates(
	{ list, objectives, businessPrimary, businessMetrics = {} }: StageContext,
	value: unknown,
	path: string,
	place: GatePlace,
	attribution: boolean,
): readonly Gate[] {
	const gates: Gate[] = [];
	const seen = new Set<string>();
	for (const [index, written] of (readList(list, value, path, LIMITS.gates) ?? []).entries()) {
		const at = `${path}[${index}]`;
		const gate = list.take(parseGate(written, { path: at, place, objectives, attribution, businessPrimary, businessMetrics }));
		if (gate === undefined) continue;
		if (seen.has(renderGate(gate))) list.add("plan.gate-repeated", `gate "${gate.text}" is written twice`, "leave one out", at);
		seen.add(renderGate(gate));
		gates.push(gate);
	}
	return gates;
}

function readHold(list: RefusalList, map: RawMap, path: string): number | undefined {
	return required(list, map, "hold", path, "180s", (value, at) => readDurationMs(list, value, at, LIMITS.holdMs));
}

/** YAML reads a bare `off` as text or as false, depending on its version; both mean off. */
function readSwitch(list: RefusalList, value: unknown, path: string): boolean | undefined {
	if (typeof value === "boolean") return value;
	const word = readChoice(list, value, path, ["on", "off"]);
	return word === undefined ? undefined : word === "on";
}

function optional<T>(value: unknown, read: (value: unknown) => T | undefined): T | undefined {
	return value === undefined || value === null ? undefined : read(value);
}

function required<T>(
	list: RefusalList,
	map: RawMap,
	key: string,
	path: string,
	example: string,
	read: (value: unknown, path: string) => T | undefined,
): T | undefined {
	const value = Object.hasOwn(map, key) ? map[key] : undefined;
	if (value !== undefined && value !== null) return read(value, `${path}.${key}`);
	return list.addShared("missing-key", `${key} is missing`, `write ${key}: ${example}`, `${path}.${key}`);
}
