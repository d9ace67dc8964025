import { ERRORS } from "@headgate/protocol";
import { printable } from "../../files/package-path.ts";
import type { Finding } from "../check.ts";
import { isSchemaObject } from "../schema/schema-keywords.ts";

/** The machine-readable evaluation of a version. */
export interface EvaluationReport {
	/** Epoch ms. */
	readonly createdAt: number;
	readonly model: { readonly name: string; readonly version: string; readonly weightsDigest: string };
	readonly datasets: readonly { readonly name: string; readonly sha256: string }[];
	readonly metrics: readonly Metric[];
	readonly thresholds: readonly Threshold[];
}

export interface Metric {
	readonly name: string;
	readonly value: number;
	/** Of the part of the data it was computed on; absent for the whole. */
	readonly slice?: string;
}

export interface Threshold {
	readonly metric: string;
	readonly op: string;
	readonly value: number;
	readonly slice?: string;
	/** What the report says of it. */
	readonly passed?: boolean;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const OPERATORS = [">=", "<=", ">", "<"];
const MAX_ENTRIES = 10_000;

/** A report with what is wrong with its form; `report` is undefined when a field that a comparison needs is. Never throws. */
export function readReport(
	value: unknown,
	file: string,
): { readonly report?: EvaluationReport; readonly findings: readonly Finding[] } {
	const fields = new Fields(file);
	if (!isSchemaObject(value)) {
		fields.wrong("", value, "an object");
		return { findings: fields.findings };
	}
	if (value["schemaVersion"] !== 1) fields.wrong("schemaVersion", value["schemaVersion"], "1");
	const created = fields.text("createdAt", value["createdAt"]);
	const createdAt = INSTANT.test(created) ? Date.parse(created) : Number.NaN;
	if (created !== "" && Number.isNaN(createdAt))
		fields.wrong("createdAt", created, "an RFC 3339 instant such as 2026-10-31T00:00:00Z");
	const model = fields.object("model", value["model"]);
	const weightsDigest = fields.text("model.weightsDigest", model["weightsDigest"]);
	if (weightsDigest !== "" && !/^sha256:[0-9a-f]{64}$/.test(weightsDigest)) {
		fields.wrong("model.weightsDigest", weightsDigest, "sha256: and 64 hexadecimal digits");
	}
	const datasets = fields.list("datasets", value["datasets"]).map((entry, index) => {
		const at = `datasets[${index}]`;
		const one = fields.object(at, entry);
		const sha256 = fields.text(`${at}.sha256`, one["sha256"]);
		if (sha256 !== "" && !/^[0-9a-f]{64}$/.test(sha256)) fields.wrong(`${at}.sha256`, sha256, "64 hexadecimal digits");
		return { name: fields.text(`${at}.name`, one["name"]), sha256 };
	});
	const metrics = fields.list("metrics", value["metrics"]).map((entry, index) => metric(entry, `metrics[${index}]`, fields));
	const thresholds = fields
		.list("thresholds", value["thresholds"] ?? [], 0)
		.map((entry, index) => threshold(entry, `thresholds[${index}]`, fields));
	const tool = fields.object("tool", value["tool"]);
	fields.text("tool.name", tool["name"]);
	fields.text("tool.version", tool["version"]);
	const named = {
		name: fields.text("model.name", model["name"]),
		version: fields.text("model.version", model["version"]),
		weightsDigest,
	};
	const { findings } = fields;
	return fields.broken ? { findings } : { report: { createdAt, model: named, datasets, metrics, thresholds }, findings };
}

function metric(entry: unknown, at: string, fields: Fields): Metric {
	const one = fields.object(at, entry);
	const name = fields.text(`${at}.name`, one["name"]);
	const value = fields.number(`${at}.value`, one["value"], "evaluation.metric", name);
	const low = one["ciLow"] == null ? value : fields.number(`${at}.ciLow`, one["ciLow"], "evaluation.metric", name);
	const high = one["ciHigh"] == null ? value : fields.number(`${at}.ciHigh`, one["ciHigh"], "evaluation.metric", name);
	if (low > value || high < value) {
		fields.add("evaluation.metric", `${at}: ${shown(name)} is ${value}, outside its own interval [${low}, ${high}]`);
	}
	const range = rangeOf(name);
	for (const number of [value, low, high]) {
		if (!Number.isFinite(number) || (number >= range[0] && number <= range[1])) continue;
		const limits = range[1] === Number.POSITIVE_INFINITY ? `at least ${range[0]}` : `between ${range[0]} and ${range[1]}`;
		fields.add("evaluation.metric", `${at}: ${shown(name)} is ${number}, it must be ${limits}`);
		break;
	}
	return { name, value, ...(typeof one["slice"] === "string" ? { slice: one["slice"] } : {}) };
}

function threshold(entry: unknown, at: string, fields: Fields): Threshold {
	const one = fields.object(at, entry);
	const op = fields.text(`${at}.op`, one["op"]);
	if (op !== "" && !OPERATORS.includes(op)) fields.wrong(`${at}.op`, op, OPERATORS.join(", "));
	const passed = [one["passed"], one["pass"]].find((claim) => typeof claim === "boolean") as boolean | undefined;
	return {
		metric: fields.text(`${at}.metric`, one["metric"]),
		op,
		value: fields.number(`${at}.value`, one["value"], "evaluation.malformed", "it"),
		...(typeof one["slice"] === "string" ? { slice: one["slice"] } : {}),
		...(passed === undefined ? {} : { passed }),
	};
}

const RATIO =
	/(^|_)(auc|auroc|auprc|accuracy|acc|precision|recall|f1|f05|f2|specificity|sensitivity|tpr|fpr|fnr|tnr|jaccard|iou|dice|brier|ap|map|ndcg|mrr|ece|ks)(_|$)/i;
const SIGNED = /(^|_)(mcc|gini|kappa|pearson|spearman|correlation)(_|$)/i;
const POSITIVE = /(^|_)(rmse|mse|mae|mape|logloss|log_loss|loss|latency|perplexity)(_|$)/i;
const PERCENT = /(percent|pct)$/i;

/** What a metric of this name can be. */
function rangeOf(name: string): readonly [number, number] {
	if (PERCENT.test(name)) return [-100, 100];
	if (POSITIVE.test(name)) return [0, Number.POSITIVE_INFINITY];
	if (RATIO.test(name)) return [0, 1];
	return SIGNED.test(name) ? [-1, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
}

/** Reads fields one by one and remembers what is wrong with each. */
class Fields {
	readonly findings: Finding[] = [];
	/** Whether a field is missing or of the wrong kind. */
	broken = false;
	readonly #file: string;

	constructor(file: string) {
		this.#file = file;
	}

	add(code: string, message: string): void {
		const hint = ERRORS[code]?.hint ?? "";
		this.findings.push({ code, message: `${this.#file}: ${message}`, hint, file: this.#file });
	}

	wrong(at: string, value: unknown, expected: string): void {
		this.broken = true;
		const text = value === undefined ? "missing" : shown(JSON.stringify(value) ?? String(value));
		this.add("evaluation.malformed", `${at === "" ? "the report" : at} is ${text}, it must be ${expected}`);
	}

	text(at: string, value: unknown): string {
		if (typeof value === "string" && value !== "") return value;
		this.wrong(at, value, "text");
		return "";
	}

	number(at: string, value: unknown, code: string, name: string): number {
		if (typeof value === "number" && Number.isFinite(value)) return value;
		this.broken = true;
		const text = value === undefined ? "missing" : shown(JSON.stringify(value) ?? String(value));
		this.add(code, `${at}: ${shown(name)} is ${text}, it must be a finite number`);
		return Number.NaN;
	}

	object(at: string, value: unknown): Readonly<Record<string, unknown>> {
		if (isSchemaObject(value)) return value;
		this.wrong(at, value, "an object");
		return {};
	}

	list(at: string, value: unknown, least = 1): readonly unknown[] {
		if (Array.isArray(value) && value.length >= least && value.length <= MAX_ENTRIES) return value;
		this.wrong(
			at,
			Array.isArray(value) ? `a list of ${value.length}` : value,
			`a list of ${least} to ${MAX_ENTRIES.toLocaleString("en")}`,
		);
		return [];
	}
}

function shown(text: string): string {
	return printable(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
