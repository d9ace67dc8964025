import { request } from "node:http";

/** What each measured request goes through, and what the finished gateway will add. */
export const STAGES: readonly { readonly name: string; readonly now: boolean; readonly what: string }[] = [
	{ name: "accept", now: true, what: "node:http with its limits; path, method, content type, body size" },
	{ name: "parse", now: true, what: "UTF-8, depth, JSON, exact integers" },
	{ name: "validate", now: true, what: "input schema, compiled: types, ranges, nothing missing, nothing more" },
	{ name: "route", now: true, what: "HMAC-SHA256 of the caller's key, 90/10 over two versions" },
	{ name: "timeout", now: true, what: "one coarse wheel for all requests" },
	{ name: "run", now: true, what: "ONNX Runtime in the event loop, one batch a tick" },
	{ name: "check output", now: true, what: "NaN, output schema, output_limits" },
	{ name: "respond", now: true, what: "version, arm and prediction id in the headers" },
	{ name: "record", now: true, what: "windows by second, latency sketch, watch thresholds, counters for /metrics" },
	{ name: "authenticate", now: false, what: "keys of callers" },
	{ name: "limit", now: false, what: "rates and quotas by caller" },
	{ name: "log", now: false, what: "the prediction log" },
];

/** Makes sure that the stages do what they are listed for, before they are timed. Returns the body of a good answer. */
export async function tryStages(port: number, { path, body }: { path: string; body: string }): Promise<string> {
	const users = Array.from({ length: 64 }, (_, i) => `user-${i}`);
	const answers = await Promise.all(users.map((user) => post(port, path, body, { "x-user-id": user })));
	const versions = new Set(answers.map((answer) => String(answer.headers["headgate-version"])));
	require("route", versions.size === 2, `answers came from ${[...versions].join(", ")}`);
	const good = answers.find((answer) => answer.headers["headgate-version"] === "1.0.0")!;
	require("run", good.status === 200 && /\d/.test(good.body), `${good.status} ${good.body}`);
	require("respond", good.headers["headgate-prediction-id"] !== undefined, "there is no prediction id");
	const outOfRange = await post(port, path, body.replace(/-?\d\.\d+/, "1e9"), {});
	require("validate", outOfRange.status === 400, `a number out of range was answered with ${outOfRange.status}`);
	const broken = await post(port, path, body.slice(0, 100), {});
	require("parse", broken.status === 400, `half a body was answered with ${broken.status}`);
	return good.body;
}

function require(stage: string, holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(`stage ${stage} does not do its work: ${otherwise}`);
}

interface Answer {
	readonly status: number;
	readonly headers: NodeJS.Dict<string | string[]>;
	readonly body: string;
}

function post(port: number, path: string, body: string, headers: Record<string, string>): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const options = { port, path, method: "POST", headers: { "content-type": "application/json", ...headers } };
		const sent = request(options, async (response) => {
			const chunks: Buffer[] = [];
			for await (const chunk of response) chunks.push(chunk as Buffer);
			resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString("utf8") });
		});
		sent.once("error", reject);
		sent.end(body);
	});
}
