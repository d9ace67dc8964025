/** What a request asks for, from its path alone. */
export type Target =
	| { readonly kind: "server" | "live" | "ready" | "models" | "metrics" | "outcomes" | "unknown" }
	| {
			readonly kind: "model" | "model-ready" | "infer" | "predict" | "model-v1";
			readonly name: string;
			readonly version: string | null;
	  };

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const VERSION = /^[0-9A-Za-z.+-]{1,128}$/;
const UNKNOWN: Target = { kind: "unknown" };
const MAX_CACHED = 1_000;
const cache = new Map<string, Target>();

/** Methods by kind; HEAD goes with GET. */
export function methodOf(kind: Target["kind"]): "GET" | "POST" {
	return kind === "infer" || kind === "predict" || kind === "outcomes" ? "POST" : "GET";
}

/** Total: whatever is not one of the gateway's paths is `unknown`. Names and versions are decoded and checked. */
export function parseTarget(url: string): Target {
	const known = cache.get(url);
	if (known !== undefined) return known;
	const target = parse(url);
	if (target.kind !== "unknown" && cache.size < MAX_CACHED) cache.set(url, target);
	return target;
}

function parse(url: string): Target {
	const path = url.split("?", 1)[0]!;
	if (path === "/metrics") return { kind: "metrics" };
	if (path === "/v1/outcomes") return { kind: "outcomes" };
	const parts = path.replace(/\/$/, "").split("/").slice(1);
	if (parts[0] === "v1" && parts[1] === "models" && parts.length === 3) return parseV1(parts[2]!);
	if (parts[0] !== "v2") return UNKNOWN;
	if (parts.length === 1) return { kind: "server" };
	if (parts[1] === "health" && parts.length === 3) {
		return parts[2] === "live" || parts[2] === "ready" ? { kind: parts[2] } : UNKNOWN;
	}
	if (parts[1] !== "models") return UNKNOWN;
	return parts.length === 2 ? { kind: "models" } : parseModel(parts.slice(2));
}

function parseModel(parts: readonly string[]): Target {
	const name = decoded(parts[0]!, NAME);
	const pinned = parts[1] === "versions";
	const version = pinned ? decoded(parts[2] ?? "", VERSION) : null;
	if (name === null || (pinned && version === null)) return UNKNOWN;
	const rest = parts.slice(pinned ? 3 : 1);
	if (rest.length === 0) return { kind: "model", name, version };
	if (rest.length > 1) return UNKNOWN;
	if (rest[0] === "ready") return { kind: "model-ready", name, version };
	return rest[0] === "infer" ? { kind: "infer", name, version } : UNKNOWN;
}

function parseV1(part: string): Target {
	const predict = part.endsWith(":predict");
	const name = decoded(predict ? part.slice(0, -":predict".length) : part, NAME);
	if (name === null) return UNKNOWN;
	return { kind: predict ? "predict" : "model-v1", name, version: null };
}

function decoded(part: string, shape: RegExp): string | null {
	try {
		const text = decodeURIComponent(part);
		return shape.test(text) ? text : null;
	} catch {
		return null;
	}
}
