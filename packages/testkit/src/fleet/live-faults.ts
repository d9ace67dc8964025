import { setTimeout as sleep } from "node:timers/promises";
import type { JournalEvent } from "@headgate/protocol";
import { type Fault, writeFaultyPackage } from "./faulty-package.ts";
import type { Fleet } from "./fleet.ts";
import { SharedBackend } from "./shared-backend.ts";

/** A version under real requests: what is wrong with it, and what happens to the backend meanwhile. */
export interface LiveStory {
	readonly name: string;
	readonly version: string;
	readonly fault: Fault;
	readonly requestsPerSecond: number;
	/** Default: as strict as the default gates. */
	readonly gates?: readonly string[];
	/** Seconds after the first canary's begin at which the backend that both versions use is in trouble, and for how long. */
	readonly hiccup?: { readonly afterSeconds: number; readonly seconds: number };
}

/** What became of it, by the journal. */
export interface LiveFinding {
	readonly name: string;
	readonly end: "RollbackBegun" | "Promoted" | "RolloutAsked";
	/** From the first canary's begin to the decision. */
	readonly seconds: number;
	readonly gate: string | null;
	readonly causes: readonly string[];
	readonly because: string;
	readonly challenger: { readonly requests: number; readonly failed: number };
}

const GATES = ["error_rate <= champion + 0.1pp", "latency_p95 <= champion + 50ms"];
/** What a healthy version can be proven to keep within a minute at a few hundred requests a second. */
const WIDE_GATES = ["error_rate <= champion + 2pp", "latency_p95 <= champion + 50ms"];

/** Long enough for one percentage point; short enough for a test. */
function planOf(gates: readonly string[]): readonly unknown[] {
	return [
		{ validate: null },
		{ canary: { weight: "10%", hold: "30s", gates, extend: 6, on_unknown: "ask" } },
		{ canary: { weight: "50%", hold: "10s" } },
		{ promote: null },
	];
}

const HANGS = "if (Math.random() < 0.02 * instances.length) await new Promise(() => {});";
const BUSY = "const until = performance.now() + 45 * instances.length; while (performance.now() < until);";
const ONE_IN_A_HUNDRED = "if (Math.random() < 0.01) p.score = 2;";

/** The stories that a judge must tell apart, in the order of their versions. */
export const LIVE_STORIES: readonly LiveStory[] = [
	{
		name: "healthy, while the backend of both hiccups",
		version: "2.1.0",
		fault: {},
		requestsPerSecond: 300,
		gates: WIDE_GATES,
		hiccup: { afterSeconds: 15, seconds: 8 },
	},
	{ name: "hangs on 2 % of its requests", version: "2.2.0", fault: { before: HANGS }, requestsPerSecond: 300 },
	{
		name: "slow enough to disturb its neighbour",
		version: "2.3.0",
		fault: { before: BUSY },
		requestsPerSecond: 200,
		gates: ["error_rate <= champion + 0.1pp", "latency_p95 <= champion + 20ms"],
	},
	{ name: "one percentage point more errors", version: "2.4.0", fault: { after: ONE_IN_A_HUNDRED }, requestsPerSecond: 500 },
];

/** Ships the versions one after the other under load. The champion stays the first one, unless a version is promoted. */
export async function rehearseLiveFaults(
	fleet: Fleet,
	stories: readonly LiveStory[],
	onFinding: (finding: LiveFinding) => void = () => {},
): Promise<readonly LiveFinding[]> {
	const backend = await SharedBackend.start();
	try {
		let previous = "1.1.0";
		const push = async (version: string, fault: Fault) => {
			await fleet.ask("push", writeFaultyPackage(fleet.data, version, previous, backend.url, fault));
			previous = version;
		};
		await push("2.0.0", {});
		await fleet.apply(planOf(GATES), { timeout: "500ms" });
		await fleet.happens(await fleet.deploy("2.0.0"), "Promoted");
		const findings: LiveFinding[] = [];
		for (const story of stories) {
			await push(story.version, story.fault);
			const finding = await tell(fleet, backend, story);
			findings.push(finding);
			onFinding(finding);
		}
		return findings;
	} finally {
		await backend.stop();
	}
}

async function tell(fleet: Fleet, backend: SharedBackend, story: LiveStory): Promise<LiveFinding> {
	const load = fleet.load(story);
	// Caches and connections are warm before anything is compared.
	await sleep(3_000);
	const plan = fleet.write("plan.json", JSON.stringify({ plan: planOf(story.gates ?? GATES) }));
	const rollout = await fleet.deploy(story.version, "--plan", plan);
	const begun = await fleet.happens(rollout, "StageEntered");
	if (story.hiccup !== undefined) {
		await sleep(Math.max(0, begun.at + story.hiccup.afterSeconds * 1_000 - Date.now()));
		backend.trouble(60, 10);
		await sleep(story.hiccup.seconds * 1_000);
		backend.calm();
	}
	const end = await ended(fleet, rollout);
	await load.stop();
	if (end.type === "RollbackBegun") await fleet.happens(rollout, "RolledBack");
	return findingOf(story, begun, end);
}

/** Ends of a rollout that a story may have. */
async function ended(fleet: Fleet, rollout: string): Promise<JournalEvent> {
	for (const endMs = Date.now() + 400_000; Date.now() < endMs; await sleep(200)) {
		const events = await fleet.rolloutEvents(rollout);
		const found = events.find(({ type }) => ["RollbackBegun", "Promoted", "RolloutAsked", "RolloutRefused"].includes(type));
		if (found !== undefined) return found;
	}
	throw new Error(`${rollout} does not end`);
}

function findingOf({ name }: LiveStory, begun: JournalEvent, end: JournalEvent): LiveFinding {
	const { data } = end.data as { data: Partial<RollbackData> };
	return {
		name,
		end: end.type as LiveFinding["end"],
		seconds: (end.at - begun.at) / 1_000,
		gate: data.gate ?? null,
		causes: data.causes ?? [],
		because: data.because ?? data.question ?? "",
		challenger: { requests: data.impact?.challengerRequests ?? 0, failed: data.impact?.challengerFailed ?? 0 },
	};
}

interface RollbackData {
	readonly gate: string | null;
	readonly causes: readonly string[];
	readonly because: string;
	readonly question: string;
	readonly impact: { readonly challengerRequests: number; readonly challengerFailed: number };
}
