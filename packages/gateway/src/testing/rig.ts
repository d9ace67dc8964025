import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArmRole } from "@headgate/core/analysis";
import { type ArmRoute, armKey, type RouteTable } from "@headgate/core/routing";
import type { RuntimeManifest } from "@headgate/runtime";
import { type PackageFiles, writeTestPackage } from "@headgate/testkit/onnx";
import { FakeBus } from "../fake-bus.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../start-gateway.ts";

const nullableNumber = { type: ["number", "null"], "x-tensor": { datatype: "FP64" } };
const integer = { type: "integer", "x-tensor": { datatype: "INT64" } };

/** Gives back what it gets: `score` is x (null becomes NaN), `same` is id. */
export const echo: PackageFiles = {
	graph: {
		nodes: [
			{ op: "Identity", inputs: ["x"], outputs: ["score"] },
			{ op: "Identity", inputs: ["id"], outputs: ["same"] },
		],
		inputs: [
			{ name: "x", type: "double", shape: [null] },
			{ name: "id", type: "int64", shape: [null] },
		],
		outputs: [
			{ name: "score", type: "double", shape: [null] },
			{ name: "same", type: "int64", shape: [null] },
		],
	},
	inputSchema: {
		type: "object",
		properties: { x: { ...nullableNumber, minimum: -1000 }, id: integer },
		required: ["x", "id"],
		additionalProperties: false,
	},
	outputSchema: { type: "object", properties: { score: { type: "number" }, same: integer }, required: ["score", "same"] },
	examples: [{ input: { x: 2, id: 1 }, output: { score: 2, same: 1 } }],
};

/** The same with a step before the graph: `body` sees `instances` and may change, wait or throw. */
export function echoWith(body: string): PackageFiles {
	const pre = `export default async (instances) => { ${body};
		return { x: { type: "float64", dims: [instances.length], data: Float64Array.from(instances, (i) => i.x ?? NaN) },
			id: { type: "int64", dims: [instances.length], data: BigInt64Array.from(instances, (i) => BigInt(i.id)) } }; };`;
	return { ...echo, pre };
}

/** Sums two-vectors. */
export const vector: PackageFiles = {
	graph: {
		nodes: [{ op: "MatMul", inputs: ["v", "w"], outputs: ["sum"] }],
		inputs: [{ name: "v", type: "float", shape: [null, 2] }],
		outputs: [{ name: "sum", type: "float", shape: [null, 1] }],
		constants: { w: { dims: [2, 1], data: [1, 1] } },
	},
	inputSchema: {
		type: "object",
		properties: {
			v: { type: "array", items: { type: "number" }, "x-tensor": { datatype: "FP32", shape: [2] } },
			note: { type: "string" },
		},
		required: ["v"],
	},
	outputSchema: { type: "object", properties: { sum: { type: "number", "x-tensor": { datatype: "FP32" } } } },
};

export interface ArmSpec {
	readonly version: string;
	readonly role: ArmRole;
	readonly weight: number;
	readonly trial?: boolean;
	readonly timeoutMs?: number;
	readonly outputLimits?: Record<string, [number, number]>;
	readonly sticky?: string[];
	readonly labelOutput?: string;
}

/** A gateway over real HTTP with a control process that works within this one, and packages made on the spot. */
export class Rig {
	readonly bus = new FakeBus();
	readonly logs: { level: string; message: string; fields: object }[] = [];
	readonly #dir: string;
	readonly #packages = new Map<string, { dir: string; manifest: RuntimeManifest }>();
	#gateway: Gateway | null = null;
	#revision = 0;
	readonly options: Partial<GatewayOptions>;

	private constructor(dir: string, options: Partial<GatewayOptions>) {
		this.#dir = dir;
		this.options = options;
	}

	static async make(packages: Record<string, PackageFiles>, options: Partial<GatewayOptions> = {}): Promise<Rig> {
		const rig = new Rig(await mkdtemp(join(tmpdir(), "hg-")), options);
		for (const [version, files] of Object.entries(packages)) await rig.addPackage(version, files);
		return rig;
	}

	get stateDir(): string {
		return join(this.#dir, "state");
	}

	get url(): string {
		return `http://127.0.0.1:${this.#gateway!.port}`;
	}

	get port(): number {
		return this.#gateway!.port;
	}

	async addPackage(version: string, files: PackageFiles): Promise<void> {
		const dir = join(this.#dir, "packages", version);
		this.#packages.set(digestOf(version), { dir, manifest: await writeTestPackage(dir, { ...files, version }) });
	}

	async start(): Promise<void> {
		const log = (level: string) => (fields: object, message: string) => void this.logs.push({ level, message, fields });
		this.#gateway = await startGateway({
			id: "g1",
			boot: randomUUID(),
			build: "test",
			listen: { port: 0 },
			bus: this.bus,
			packages: {
				open: async (digest) => {
					const found = this.#packages.get(digest);
					if (found === undefined) throw new Error(`no package ${digest}`);
					return found;
				},
			},
			stateDir: this.stateDir,
			log: { info: log("info"), warn: log("warn"), error: log("error") },
			...this.options,
		});
	}

	/** Publishes a table with one endpoint `echo` (or another name) and waits until this gateway has all its arms ready or failed. */
	async route(arms: readonly ArmSpec[], endpoint = "echo"): Promise<RouteTable> {
		const table = this.table(arms, endpoint);
		this.bus.setTable(table);
		await this.settled(table);
		return table;
	}

	table(arms: readonly ArmSpec[], endpoint = "echo"): RouteTable {
		const revision = ++this.#revision;
		const route = { endpoint, rollout: "r1", arms: arms.map(armRoute), thresholds: { id: "t1", latencyUs: [50_000, 200_000] } };
		return { epoch: 1, revision, endpoints: { [endpoint]: route } };
	}

	async settled(table: RouteTable): Promise<void> {
		await until(() => {
			const last = this.bus.applications.at(-1);
			return last?.revision === table.revision && Object.values(last.arms).every((arm) => arm.state !== "warming");
		});
	}

	predict(instances: unknown, headers: Record<string, string> = {}, endpoint = "echo"): Promise<Response> {
		return this.post(`/v1/models/${endpoint}:predict`, JSON.stringify({ instances }), headers);
	}

	post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
		return fetch(this.url + path, {
			method: "POST",
			body: body as string,
			headers: { "content-type": "application/json", ...headers },
		});
	}

	/** Totals over all windows control has seen. */
	totals(version?: string) {
		const sum = { n: 0, runtime: 0, timeout: 0, output: 0, invalid: 0, shed: 0, clientGone: 0, over: [0, 0] as [number, number] };
		const key = version === undefined ? null : armRoute({ version, role: "champion", weight: 0 }).key;
		for (const window of this.bus.windowsSeen) {
			sum.invalid += window.excluded.invalid;
			sum.shed += window.excluded.shed;
			sum.clientGone += window.excluded.clientGone;
			for (const [arm, counts] of Object.entries(window.arms)) {
				if (key !== null && arm !== key) continue;
				sum.n += counts.n;
				for (const kind of ["runtime", "timeout", "output"] as const) sum[kind] += counts.failed[kind];
				counts.over.forEach((count, i) => {
					sum.over[i as 0 | 1] += count;
				});
			}
		}
		return sum;
	}

	/** Ends the gateway; its state folder stays for the next start. */
	async stop(): Promise<void> {
		await this.#gateway?.close();
		this.#gateway = null;
	}

	async end(): Promise<void> {
		await this.stop();
		this.bus.close();
		await rm(this.#dir, { recursive: true, force: true });
	}
}

export function digestOf(version: string): string {
	return `sha256:${createHash("sha256").update(version).digest("hex")}`;
}

/** Every arm of a version has the same configuration, so its key does not depend on role and weight. */
export function armRoute(spec: ArmSpec): ArmRoute {
	const configuration = {
		digest: digestOf("configuration"),
		timeoutMs: spec.timeoutMs ?? 2_000,
		outputLimits: spec.outputLimits ?? {},
		sticky: spec.sticky ?? ["header:x-user-id"],
		...(spec.labelOutput === undefined ? {} : { labelOutput: spec.labelOutput }),
	};
	return {
		key: armKey(digestOf(spec.version), configuration.digest),
		role: spec.role,
		packageDigest: digestOf(spec.version),
		model: "echo",
		version: spec.version,
		weightPercent: spec.weight,
		trial: spec.trial ?? spec.role === "challenger",
		placement: "worker",
		configuration,
	};
}

export async function until(condition: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
	const end = performance.now() + limitMs;
	while (!(await condition())) {
		if (performance.now() > end) throw new Error(`still not so after ${limitMs} ms: ${condition}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
