import { isMap, readChoice, readMap, show } from "./read-value.ts";
import type { RefusalList } from "./refusal-list.ts";

/** A number that the product lives by, reported for predictions after they were made. */
export interface BusinessMetric {
	/** `mean`: any number for a prediction, averaged over all requests; `rate`: yes or no, as a share of all requests. */
	readonly kind: "mean" | "rate";
	/** Which way is good. */
	readonly direction: "up" | "down";
	/** What `business` in a gate means when it names none; at most one. */
	readonly primary: boolean;
}

export type BusinessMetrics = Readonly<Record<string, BusinessMetric>>;

const KINDS: readonly BusinessMetric["kind"][] = ["mean", "rate"];
const DIRECTIONS: readonly BusinessMetric["direction"][] = ["up", "down"];
const EXAMPLE = "write { kind: mean, direction: up, primary: true }";
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** Reads `business_metrics: { approval_value: { kind: mean, direction: up, primary: true } }`. */
export function parseBusinessMetrics(list: RefusalList, raw: unknown, path: string): BusinessMetrics | undefined {
	const map = readMap(list, raw, path);
	if (map === undefined) return undefined;
	const metrics: [string, BusinessMetric][] = [];
	for (const [name, written] of Object.entries(map)) {
		const at = `${path}.${name}`;
		if (!NAME.test(name)) {
			list.addShared(
				"invalid-value",
				`"${name}" is not a metric's name`,
				"write letters, digits and _, as in approval_value",
				at,
			);
		} else if (!isMap(written)) {
			list.addShared("invalid-value", `${name} is ${show(written)}, not a map`, EXAMPLE, at);
		} else metrics.push([name, readMetric(list, written, at)]);
	}
	const [first, second] = metrics.filter(([, metric]) => metric.primary).map(([name]) => name);
	if (second !== undefined) {
		list.addShared("invalid-value", `${first} and ${second} are both primary`, "keep primary: true on one of them", path);
	}
	return Object.fromEntries(metrics);
}

export function primaryOf(metrics: BusinessMetrics): string | null {
	return Object.entries(metrics).find(([, metric]) => metric.primary)?.[0] ?? null;
}

function readMetric(list: RefusalList, map: Readonly<Record<string, unknown>>, path: string): BusinessMetric {
	list.checkKeys(map, ["kind", "direction", "primary"], path);
	const given = (key: string) => (Object.hasOwn(map, key) && map[key] !== null ? map[key] : undefined);
	const kind = given("kind") === undefined ? "mean" : readChoice(list, map["kind"], `${path}.kind`, KINDS);
	const direction = given("direction") === undefined ? "up" : readChoice(list, map["direction"], `${path}.direction`, DIRECTIONS);
	return { kind: kind ?? "mean", direction: direction ?? "up", primary: map["primary"] === true };
}
