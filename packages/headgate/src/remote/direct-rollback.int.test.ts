import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataFolder, dataFolder } from "../config/data-folder.ts";
import { rollBackDirectly } from "./direct-rollback.ts";

let folder: DataFolder;
const servers: Server[] = [];

beforeEach(async () => {
	folder = dataFolder(await mkdtemp(path.join(tmpdir(), "direct-")));
});

afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
	await rm(folder.root, { recursive: true, force: true });
});

/** A gateway's socket that answers as told. Null: it has ended and left its folder behind. */
async function gateway(id: string, answer: ((command: string, socket: Socket) => void) | null): Promise<void> {
	await mkdir(folder.gateway(id), { recursive: true });
	if (answer === null) return;
	const server = createServer((socket) => socket.on("error", () => {}).once("data", (data) => answer(String(data), socket)));
	await new Promise<void>((resolve) => void server.listen(path.join(folder.gateway(id), "direct.sock"), resolve));
	servers.push(server);
}

const goesTo = (to: string) => (_: string, socket: Socket) => void socket.end(`${JSON.stringify({ to })}\n`);

describe("a rollback without control", () => {
	it("tells every gateway that runs here, and passes over those that have ended", async () => {
		const commands: string[] = [];
		await gateway("g1", (command, socket) => {
			commands.push(command);
			goesTo("1.0.0")(command, socket);
		});
		await gateway("g2", goesTo("1.0.0"));
		await gateway("g3", null);
		const { told, silent } = await rollBackDirectly(folder, "credit-risk");
		expect(told.map(({ gateway: id, serving }) => [id, serving])).toEqual([
			["g1", "1.0.0"],
			["g2", "1.0.0"],
		]);
		expect(silent).toEqual([]);
		expect(commands.map((command) => JSON.parse(command) as unknown)).toEqual([{ rollback: "credit-risk" }]);
	});

	it("names a gateway that breaks off or talks nonsense beside those that went back", async () => {
		await gateway("g1", goesTo("1.0.0"));
		await gateway("g2", (_, socket) => void socket.end());
		await gateway("g3", (_, socket) => void socket.end("nonsense\n"));
		const { told, silent } = await rollBackDirectly(folder, "credit-risk");
		expect(told.map(({ gateway: id }) => id)).toEqual(["g1"]);
		expect(silent).toEqual([expect.stringContaining("g2 does not answer"), expect.stringContaining("g3 does not answer")]);
	});

	it("fails with what a gateway refused when none went back", async () => {
		const error = { code: "gateway.nothing-to-roll-back", message: "nothing is warm", hint: "ask control" };
		await gateway("g1", (_, socket) => void socket.end(`${JSON.stringify({ error })}\n`));
		await expect(rollBackDirectly(folder, "credit-risk")).rejects.toMatchObject(error);
	});

	it("says when no gateway runs here, whether there were any before or not", async () => {
		await expect(rollBackDirectly(folder, "credit-risk")).rejects.toMatchObject({ code: "gateway.none-here" });
		await gateway("g1", null);
		await expect(rollBackDirectly(folder, "credit-risk")).rejects.toMatchObject({ code: "gateway.none-here" });
	});
});
