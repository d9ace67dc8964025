import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "@headgate/adapters/loopback";
import { describe, expect, it } from "vitest";
import { type Ports, readShellBlocks, renderScript, type ShellBlock } from "./shell-blocks.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** A page takes well under a minute on a quiet machine; this is when it is given up. */
const PAGE_MS = 150_000;

const docs = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" });
const pages = ["README.md", "CONTRIBUTING.md", ...docs.filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)];
const blocksOf = (page: string) => readShellBlocks(page, readFileSync(path.join(root, page), "utf8"));

describe("the shell blocks of the docs", () => {
	it("are run, or say why not", () => {
		const silent = pages.flatMap(blocksOf).filter(({ notRun }) => notRun !== null && notRun.length < 10);
		expect(silent.map(({ place }) => place)).toEqual([]);
	});

	for (const page of pages) {
		const blocks = blocksOf(page).filter((block) => block.notRun === null);
		if (blocks.length === 0) continue;
		it(
			`of ${page} do what the page says, in order, from an empty folder`,
			async () => {
				const { code, place, output } = await run(blocks, await twoPorts());
				expect(code, `${place} failed:\n${output.slice(-4_000)}`).toBe(0);
			},
			PAGE_MS + 20_000,
		);
	}
});

interface Ran {
	readonly code: number | null;
	/** The block that ran last. */
	readonly place: string;
	readonly output: string;
}

/** Runs the blocks as a reader would who has just cloned the repository: `./headgate` and `examples` are there, and no data. */
async function run(blocks: readonly ShellBlock[], ports: Ports): Promise<Ran> {
	const folder = mkdtempSync(path.join(tmpdir(), "headgate-docs-"));
	for (const name of ["headgate", "examples", "bin"]) symlinkSync(path.join(root, name), path.join(folder, name));
	const child = spawn("bash", ["-c", renderScript(blocks, ports)], {
		cwd: folder,
		env: environment(ports),
		// A group of its own, so that nothing a page starts outlives it.
		detached: true,
		stdio: ["ignore", "pipe", "pipe", "pipe"],
	});
	let output = "";
	let places = "";
	for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text) => (output += text));
	child.stdio[3]!.on("data", (text) => (places += text));
	const timer = setTimeout(() => endGroup(child.pid!), PAGE_MS);
	const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
	clearTimeout(timer);
	endGroup(child.pid!);
	rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	return { code, place: places.trim().split("\n").at(-1) ?? "", output };
}

function endGroup(pid: number): void {
	try {
		process.kill(-pid, "SIGKILL");
	} catch {
		// Everything has ended by itself.
	}
}

/** A reader's environment: no settings of Headgate but the ports, and the Node of the repository first. */
function environment({ control, gateway }: Ports): NodeJS.ProcessEnv {
	const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("HEADGATE_"));
	return {
		...Object.fromEntries(inherited),
		PATH: `${path.join(root, "node_modules/.bin")}:${process.env.PATH}`,
		NO_COLOR: "1",
		HEADGATE_CONTROL_PORT: String(control),
		HEADGATE_GATEWAY_PORT: String(gateway),
	};
}

async function twoPorts(): Promise<Ports> {
	const [control, gateway] = await freePorts(2);
	return { control: control!, gateway: gateway! };
}
