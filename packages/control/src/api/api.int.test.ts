import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BUS_TOKEN, KEY, type ServedRig, serveRig } from "../testing/served-rig.ts";
import { createControlApp } from "./app.ts";

let served: ServedRig;

beforeEach(async () => {
	served = await serveRig();
});

afterEach(() => served.close());

const post = (body: unknown) => ({ method: "POST", body: JSON.stringify(body) });

async function errorOf(
	answer: Promise<Response>,
): Promise<{ status: number; code: string; message: string; path?: string; hint: string }> {
	const response = await answer;
	const { error } = (await response.json()) as { error: { code: string; message: string; hint: string; path?: string } };
	return { status: response.status, ...error };
}

/** Every path of the control API, with made-up names in it. */
function routes(): readonly { method: string; path: string }[] {
	const { routes } = createControlApp(served.rig.context, BUS_TOKEN);
	return routes
		.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
		.map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, "some") }));
}

describe("the key", () => {
	it("is needed by every route under /api, also by one that does not exist", async () => {
		const all = [...routes(), { method: "GET", path: "/api/v1/nothing" }, { method: "GET", path: "/api/" }];
		expect(all.length).toBeGreaterThan(12);
		for (const { method, path } of all) {
			for (const key of [null, "", "hg_wrong", `${KEY}x`, KEY.slice(0, -1), BUS_TOKEN]) {
				expect(await errorOf(served.ask(path, { method, key })), `${method} ${path}`).toMatchObject({
					status: 401,
					code: "key.refused",
				});
			}
		}
		expect((await fetch(`${served.url}/api/v1/status`, { headers: { authorization: KEY } })).status).toBe(401);
	});

	it("of the bus opens the bus only", async () => {
		for (const path of ["/bus/hello", "/bus/windows", "/bus/applied"]) {
			expect(await errorOf(served.ask(path, post({})))).toMatchObject({ status: 401, code: "key.refused" });
			expect(await errorOf(served.ask(path, { ...post({}), key: BUS_TOKEN }))).toMatchObject({ code: "bus.message-invalid" });
		}
		expect((await served.ask("/bus/tables?gateway=g1&boot=b")).status).toBe(401);
	});

	it("says who did it: its id, never itself, is in the journal", async () => {
		const { rig } = served;
		const owner = { team: "risk-ml", contact: "risk-ml@example.com" };
		const endpoint = { endpoint: "credit-risk", model: "credit-risk", owner, plan: "direct" };
		const put = { method: "PUT", body: JSON.stringify({ endpoint }) };
		expect((await served.ask("/api/v1/endpoints", put)).status).toBe(200);
		const row = rig.rows.find(({ type }) => type === "EndpointConfigured");
		expect(row?.actor).toContain("admin-1");
		expect(JSON.stringify(rig.rows)).not.toContain(KEY);
	});
});

describe("a request that is not as it should be", () => {
	it("is refused by the field that is wrong", async () => {
		await served.rig.champion();
		const deploy = (body: unknown) => errorOf(served.ask("/api/v1/endpoints/credit-risk/deploy", post(body)));
		expect(await deploy({})).toMatchObject({ status: 400, code: "request.invalid", path: "version" });
		expect(await deploy({ version: 7 })).toMatchObject({ code: "request.invalid", path: "version" });
		expect(await deploy({ version: "1.1.0", reason: 7 })).toMatchObject({ code: "request.invalid", path: "reason" });
		expect(await deploy([])).toMatchObject({ status: 400, code: "request.invalid" });
		expect(await errorOf(served.ask("/api/v1/events?from=banana"))).toMatchObject({ code: "request.invalid", path: "from" });
		expect(await errorOf(served.ask("/api/v1/audit/verify?head=banana"))).toMatchObject({ status: 400 });
	});

	it("is refused when its body is no JSON, is missing, or is longer than 8 MiB", async () => {
		const path = "/api/v1/packages";
		expect(await errorOf(served.ask(path, { method: "POST", body: "{" }))).toMatchObject({
			status: 400,
			code: "request.invalid",
		});
		expect(await errorOf(served.ask(path, { method: "POST" }))).toMatchObject({ status: 400, code: "request.invalid" });
		const long = { folder: "x".repeat(9 * 1024 * 1024) };
		expect(await errorOf(served.ask(path, post(long)))).toMatchObject({ status: 413, code: "request.too-large" });
	});

	it("is answered with the refusal of the domain, its status and its hint", async () => {
		expect(await errorOf(served.ask("/api/v1/endpoints/credit/rollback", post({ reason: "" })))).toMatchObject({
			status: 404,
			code: "endpoint.unknown",
			hint: expect.stringContaining("endpoint apply"),
		});
		for (const path of ["/api/v1/rollouts/nothing", "/api/v1/rollouts/nothing/events"]) {
			expect(await errorOf(served.ask(path))).toMatchObject({ status: 404, code: "rollout.unknown" });
		}
		expect(await errorOf(served.ask("/api/v1/nothing"))).toMatchObject({ status: 404, code: "request.not-found" });
		expect(await errorOf(served.ask("/api/v1/endpoints/%E0%A4%A/deploy", post({ version: "1" })))).toMatchObject({ status: 404 });
	});
});

describe("the description at openapi.json", () => {
	it("lists every route there is", async () => {
		const answer = await served.ask("/api/v1/openapi.json");
		const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
		const described = Object.entries(paths).flatMap(([path, methods]) => {
			return Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "some")}`);
		});
		const existing = routes().flatMap(({ method, path }) => (path.endsWith("openapi.json") ? [] : [`${method} ${path}`]));
		expect(described.sort()).toEqual([...new Set(existing)].sort());
	});
});

describe("a rollout over the API", () => {
	it("is started, followed, paused and taken back", async () => {
		const { rig } = served;
		await rig.champion();
		const path = "/api/v1/endpoints/credit-risk";
		const started = (await (await served.ask(`${path}/deploy`, post({ version: "1.1.0", reason: "better" }))).json()) as {
			id: string;
		};
		expect(started).toMatchObject({ status: "validating", champion: "credit-risk@1.0.0", challenger: "credit-risk@1.1.0" });
		expect(await errorOf(served.ask(`${path}/deploy`, post({ version: "1.2.0" })))).toMatchObject({
			status: 409,
			code: "deploy.rollout-in-progress",
		});
		await rig.seconds(5);
		const shown = (await (await served.ask(`/api/v1/rollouts/${started.id}`)).json()) as Record<string, unknown>;
		expect(shown).toMatchObject({ status: "running", weightPercent: 50, backlog: 0 });
		const paused = await served.ask(`/api/v1/rollouts/${started.id}/pause`, post({ reason: "lunch" }));
		expect(await paused.json()).toMatchObject({ status: "paused" });
		const back = served.ask(`${path}/rollback`, post({ reason: "enough" }));
		while (rig.state(started.id).status !== "rolling-back") await new Promise((resolve) => setTimeout(resolve, 5));
		await rig.seconds(1);
		expect(await (await back).json()).toMatchObject({
			status: "rolled-back",
			rollback: { because: "asked by a person: enough" },
		});
		const status = (await (await served.ask("/api/v1/status")).json()) as { head: string; endpoints: unknown[] };
		const head = rig.keeper.journal.head();
		expect(status).toMatchObject({ head: `${head.seq}:${head.hash}`, endpoints: [{ champion: "credit-risk@1.0.0" }] });
		const verified = await served.ask(`/api/v1/audit/verify?head=${head.seq}:${head.hash}`);
		expect(await verified.json()).toMatchObject({ ok: true, events: head.seq });
	});

	it("warns in the status of a gateway whose clock cannot be trusted", async () => {
		served.rig.addGateway("wrong").connect(served.rig.nowMs, 9_000);
		const { warnings } = (await (await served.ask("/api/v1/status")).json()) as { warnings: string[] };
		expect(warnings).toEqual([expect.stringMatching(/wrong.*not judged/)]);
	});
});

describe("a push over the API", () => {
	const lines = async (answer: Promise<Response>) => {
		const text = await (await answer).text();
		return text
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as Record<string, unknown>);
	};

	it("answers with progress and, last, the result or the refusal with its exit code", async () => {
		const { packages } = served.rig;
		packages.folders.set("/good", { name: "credit-risk", version: "1.0.0" });
		packages.folders.set("/other", { name: "credit-risk", version: "1.0.0", content: "other" });
		packages.folders.set("/bad", { name: "credit-risk", version: "2.0.0", problem: "cut off at byte 7" });
		const push = (folder: string) => lines(served.ask("/api/v1/packages", post({ folder })));
		const good = await push("/good");
		expect(good[0]).toMatchObject({ type: "progress", totalBytes: 100 });
		expect(good.at(-1)).toMatchObject({ type: "result", isNew: true, version: "1.0.0" });
		expect((await push("/good")).at(-1)).toMatchObject({ type: "result", isNew: false });
		expect((await push("/other")).at(-1)).toMatchObject({ type: "error", exit: 1, error: { code: "version.immutable" } });
		expect((await push("/bad")).at(-1)).toMatchObject({ type: "error", exit: 1, error: { code: "package.refused" } });
		expect((await push("/none")).at(-1)).toMatchObject({ type: "error", exit: 2, error: { code: "package.not-found" } });
		const { packages: known } = (await (await served.ask("/api/v1/packages")).json()) as { packages: unknown[] };
		expect(known).toMatchObject([{ version: "1.0.0", quarantined: null }]);
	});

	it("ends with its caller, and leaves nothing behind", async () => {
		const { rig } = served;
		rig.packages.folders.set("/big", { name: "credit-risk", version: "1.0.0" });
		const gone = new AbortController();
		const ended = new Promise<void>((resolve) => {
			rig.packages.onPush = async (signal) => {
				setImmediate(() => gone.abort());
				await new Promise<void>((aborted) => signal?.addEventListener("abort", () => aborted()));
				resolve();
			};
		});
		const answer = served.ask("/api/v1/packages", { ...post({ folder: "/big" }), signal: gone.signal });
		await answer.then((response) => response.text()).catch(() => {});
		await ended;
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(rig.packages.stored.size).toBe(0);
		expect(rig.rows.map((row) => row.type)).not.toContain("PackagePushed");
	});
});
