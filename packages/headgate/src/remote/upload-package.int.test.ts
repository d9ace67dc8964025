import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
	createControlApp,
	Fleet,
	MemoryEvidence,
	MemoryOutcomes,
	Outcomes,
	openMemoryJournal,
	Rollouts,
	StateKeeper,
	SYSTEM,
	Traffic,
} from "@headgate/control";
import { createAdaptorServer } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dataFolder } from "../config/data-folder.ts";
import { packageStore } from "../wiring/package-store.ts";

const COMMAND = fileURLToPath(new URL("../main.ts", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../../../examples/credit-risk/packages/credit-risk-1.0.0/", import.meta.url));
const KEY = "hg_of-this-test";
const LARGE_BYTES = 40 * 1024 * 1024;

/** Bytes of parts that control has been sent. */
let received = 0;
let onReceived: () => void = () => {};
let root: string;
let folder: string;
let server: ReturnType<typeof createAdaptorServer>;
let url: string;

beforeEach(async () => {
	root = await mkdtemp(path.join(tmpdir(), "upload-"));
	folder = path.join(root, "package");
	await cp(EXAMPLE, folder, { recursive: true });
	await writeFile(path.join(folder, "large.bin"), randomBytes(LARGE_BYTES));
	received = 0;
	onReceived = () => {};
	server = createAdaptorServer({ fetch: await countingControl() });
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		if ("closeAllConnections" in server) server.closeAllConnections();
	});
	await rm(root, { recursive: true, force: true });
});

/** A real control API over a real store, that counts what it is sent. */
async function countingControl(): Promise<(request: Request) => Response | Promise<Response>> {
	const clock = Date.now;
	const keeper = await StateKeeper.open(await openMemoryJournal(clock));
	const sha256 = createHash("sha256").update(KEY).digest("hex");
	await keeper.append("key/admin-1", [{ type: "KeyCreated", actor: SYSTEM, cause: null, data: { sha256 } }]);
	const fleet = new Fleet({ clock, stickySecret: "00", table: keeper.installation.table });
	const rollouts = new Rollouts({ keeper, evidence: new MemoryEvidence(), fleet, clock });
	const packages = await packageStore(dataFolder(path.join(root, "data")), keeper.installation);
	const { uploads } = packages;
	const counted: typeof uploads = {
		...uploads,
		append: (id, index, part) => uploads.append(id, index, { ...part, body: counting(part.body) }),
	};
	const outcomes = new Outcomes({ keeper, rollouts, store: new MemoryOutcomes(), secretHex: "00" });
	const context = {
		keeper,
		rollouts,
		fleet,
		traffic: new Traffic(clock),
		outcomes,
		packages: { ...packages, uploads: counted },
		clock,
	};
	return createControlApp({ ...context, nudge: () => {} }, "bus").fetch as (request: Request) => Response | Promise<Response>;
}

async function* counting(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	for await (const bytes of body) {
		received += bytes.length;
		onReceived();
		yield bytes;
	}
}

function push() {
	const env = { ...process.env, HEADGATE_URL: url, HEADGATE_KEY: KEY };
	const args = [COMMAND, "--json", "--data", path.join(root, "elsewhere"), "push", folder, "--upload"];
	const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
	let text = "";
	child.stdout.on("data", (bytes: Buffer) => {
		text += bytes.toString();
	});
	const ended = once(child, "close").then(([code, signal]) => {
		const [last] = text.trim().split("\n").slice(-1);
		return { code, signal, said: last === "" ? null : (JSON.parse(last!) as Record<string, unknown>) };
	});
	return { child, ended };
}

const packages = (): Promise<string[]> => readdir(path.join(root, "data", "packages", "store", "credit-risk")).catch(() => []);

describe("headgate push to a control process elsewhere", () => {
	it("that was killed at 60 % sends only the rest the next time", async () => {
		const first = push();
		onReceived = () => {
			if (received > 0.6 * LARGE_BYTES) first.child.kill("SIGKILL");
		};
		expect((await first.ended).signal).toBe("SIGKILL");
		onReceived = () => {};
		expect(await packages()).toEqual([]);
		const before = received;
		expect(before).toBeGreaterThan(0.6 * LARGE_BYTES);
		const { code, said } = await push().ended;
		expect([code, said]).toMatchObject([0, { name: "credit-risk", version: "1.0.0", isNew: true }]);
		// The part under way when it was killed may be asked for from where it ended.
		expect(received - before).toBeLessThan(0.4 * LARGE_BYTES + 1024 * 1024);
		expect(await packages()).toHaveLength(1);
		expect(await readdir(path.join(root, "data", "packages", "uploads"))).toEqual([]);
	});

	it("sends nothing of what is there already, and says so", async () => {
		const { said } = await push().ended;
		const sent = received;
		expect((await push().ended).said).toMatchObject({ digest: said?.["digest"], isNew: false });
		expect(received).toBe(sent);
	});

	it("ends with the refusal of control and its exit code when the version exists with other content", async () => {
		await push().ended;
		await writeFile(path.join(folder, "large.bin"), "other");
		const { code, said } = await push().ended;
		expect([code, said]).toMatchObject([1, { error: { code: "version.immutable" } }]);
		expect(await packages()).toHaveLength(1);
	});
});
