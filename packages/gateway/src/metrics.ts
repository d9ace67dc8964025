import { bucketOf, bucketRangeUs, LATENCY_BUCKETS } from "@headgate/core/statistics";
import type { OutcomesReply } from "@headgate/protocol";
import type { GatewayState } from "./gateway-state.ts";
import type { WindowSpool } from "./spool.ts";

export type Outcome = "ok" | "runtime" | "timeout" | "output" | "client_gone";
const OUTCOMES: readonly Outcome[] = ["ok", "runtime", "timeout", "output", "client_gone"];
const MAX_SERIES = 1_000;

/** Histogram edges: the last microsecond of the bucket that holds each of these, so that the counts are exact. */
const EDGES_US = [500, 1e3, 2.5e3, 5e3, 1e4, 2.5e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7].map(
	(us) => bucketRangeUs(bucketOf(us)).lastUs,
);

/** Plain counters of one (endpoint, version, arm). */
export class Series {
	readonly outcomes: Record<Outcome, number> = { ok: 0, runtime: 0, timeout: 0, output: 0, client_gone: 0 };
	readonly buckets = new Float64Array(LATENCY_BUCKETS);
	sumUs = 0;
	readonly labels: string;

	constructor(endpoint: string, version: string, arm: string) {
		this.labels = `endpoint="${escapeLabel(endpoint)}",version="${escapeLabel(version)}",arm="${arm}"`;
	}

	count(outcome: Outcome, latencyUs: number): void {
		this.outcomes[outcome]++;
		this.buckets[bucketOf(latencyUs)]!++;
		this.sumUs += latencyUs;
	}
}

/** Counts since the process began, for /metrics. Bounded: what comes after 1,000 series is counted together. */
export class Metrics {
	readonly #series = new Map<string, Series>();
	readonly #refused = new Map<string, number>();
	/** Of POST /v1/outcomes, by result and error code. */
	readonly #outcomes = new Map<string, number>();

	series(endpoint: string, version: string, arm: string): Series {
		const key = `${endpoint}\n${version}\n${arm}`;
		let series = this.#series.get(key);
		if (series !== undefined) return series;
		if (this.#series.size >= MAX_SERIES) return this.series("other", "other", "other");
		series = new Series(endpoint, version, arm);
		this.#series.set(key, series);
		return series;
	}

	/** `endpoint` must be a known name or empty: callers must not be able to make up series. */
	refused(endpoint: string, code: string): void {
		const labels = `endpoint="${escapeLabel(endpoint)}",code="${code}"`;
		this.#refused.set(labels, (this.#refused.get(labels) ?? 0) + 1);
	}

	/** What became of the outcomes in one request. Codes come from control and from this gateway, never from callers. */
	outcomes({ accepted, repeated, refused }: OutcomesReply): void {
		const count = (result: string, code: string, n: number) => {
			const labels = `result="${result}",code="${code}"`;
			this.#outcomes.set(labels, (this.#outcomes.get(labels) ?? 0) + n);
		};
		count("accepted", "", accepted);
		count("repeated", "", repeated);
		for (const { code } of refused) count("refused", escapeLabel(code), 1);
	}

	/** Prometheus text exposition format 0.0.4. */
	render(state: GatewayState, spool: WindowSpool): string {
		const lines: string[] = [];
		head(lines, "headgate_gateway_requests_total", "counter", "Requests by the version that took them and what became of them.");
		for (const series of this.#series.values()) {
			for (const outcome of OUTCOMES) {
				lines.push(`headgate_gateway_requests_total{${series.labels},outcome="${outcome}"} ${series.outcomes[outcome]}`);
			}
		}
		head(lines, "headgate_gateway_refused_total", "counter", "Requests that no version took, by error code.");
		for (const [labels, count] of this.#refused) lines.push(`headgate_gateway_refused_total{${labels}} ${count}`);
		head(lines, "headgate_gateway_outcomes_total", "counter", "Outcomes that came in, by what became of them.");
		for (const [labels, count] of this.#outcomes) lines.push(`headgate_gateway_outcomes_total{${labels}} ${count}`);
		head(lines, "headgate_gateway_latency_seconds", "histogram", "Last request byte read to last answer byte queued.");
		for (const series of this.#series.values()) histogram(lines, series);
		const table = state.table;
		gauge(lines, "headgate_gateway_table_epoch", "Epoch of the route table in force.", table?.epoch ?? 0);
		gauge(lines, "headgate_gateway_table_revision", "Revision of the route table in force.", table?.revision ?? 0);
		const leaseSeconds = state.parts.lease.remainingMs() / 1000;
		gauge(lines, "headgate_gateway_trial_lease_seconds", "How long versions on trial may still get traffic.", leaseSeconds);
		gauge(
			lines,
			"headgate_gateway_breakers_open",
			"Versions on trial sent home by the crash breaker.",
			state.parts.breaker.open().length,
		);
		gauge(lines, "headgate_gateway_windows_waiting", "Windows that control has not acknowledged.", spool.size);
		gauge(lines, "headgate_gateway_resident_bytes", "Resident memory of this process.", process.memoryUsage.rss());
		return `${lines.join("\n")}\n`;
	}
}

function histogram(lines: string[], series: Series): void {
	let bucket = 0;
	let cumulative = 0;
	for (const edge of EDGES_US) {
		for (; bucket <= bucketOf(edge); bucket++) cumulative += series.buckets[bucket]!;
		lines.push(`headgate_gateway_latency_seconds_bucket{${series.labels},le="${edge / 1e6}"} ${cumulative}`);
	}
	for (; bucket < LATENCY_BUCKETS; bucket++) cumulative += series.buckets[bucket]!;
	lines.push(`headgate_gateway_latency_seconds_bucket{${series.labels},le="+Inf"} ${cumulative}`);
	lines.push(`headgate_gateway_latency_seconds_sum{${series.labels}} ${series.sumUs / 1e6}`);
	lines.push(`headgate_gateway_latency_seconds_count{${series.labels}} ${cumulative}`);
}

function gauge(lines: string[], name: string, help: string, value: number): void {
	head(lines, name, "gauge", help);
	lines.push(`${name} ${value}`);
}

function head(lines: string[], name: string, type: string, help: string): void {
	lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
}

function escapeLabel(label: string): string {
	return label.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
