import path from "node:path";
import { openEvidenceReader } from "@headgate/adapters/filesystem";
import { openSqliteJournalReader } from "@headgate/adapters/sqlite";
import { HeadgateError } from "@headgate/protocol";
import type { DataFolder } from "../config/data-folder.ts";
import type { ControlClient } from "../remote/control-client.ts";
import { pushFolder } from "../remote/push-folder.ts";
import type { RolloutView } from "../remote/views.ts";
import { replayRollout } from "../replay/replay-rollout.ts";
import { followRollout, isSettled } from "../terminal/follow-rollout.ts";
import type { Output } from "../terminal/output.ts";
import { type Load, startLoad } from "./start-load.ts";

const REQUESTS_PER_SECOND = 400;
const ENDPOINT = "credit-risk";

interface Stage {
	readonly client: ControlClient;
	readonly folder: DataFolder;
	readonly gatewayUrl: string;
	/** Folder of the credit-risk example. */
	readonly example: string;
	/** endpoint.yaml, read. */
	readonly endpoint: unknown;
	readonly output: Output;
}

/**
 * The demo in four acts: a first version answers, a better one is promoted, one that is blind to missing values is rolled back by its
 * own answers, one that lost half its weights never gets in. Nothing is staged but the choice of models.
 *
 * Throws `demo.failed` when an act ends otherwise.
 */
export async function playDemo(stage: Stage): Promise<{ acts: readonly RolloutView[]; replayed: boolean }> {
	const { client, output, gatewayUrl, example } = stage;
	output.line();
	output.line(output.paint("bold", "1  credit-risk@1.0.0, a logistic regression, answers first"));
	await push(stage, "1.0.0");
	await client.put("/api/v1/endpoints", { endpoint: stage.endpoint });
	await rollOut(stage, "1.0.0", "promoted");
	const load = startLoad({
		gateway: gatewayUrl,
		endpoint: ENDPOINT,
		file: path.join(example, "data/holdout.jsonl"),
		requestsPerSecond: REQUESTS_PER_SECOND,
	});
	try {
		output.line(`   ${REQUESTS_PER_SECOND} applications a second now go through the gateway`);
		await new Promise((resolve) => setTimeout(resolve, 2_000));
		output.line();
		output.line(output.paint("bold", "2  credit-risk@1.1.0, gradient boosting, is better: canary, then everyone"));
		await push(stage, "1.1.0");
		const promoted = await rollOut(stage, "1.1.0", "promoted");
		output.line();
		output.line(
			output.paint("bold", "3  credit-risk@1.2.0, a neural network that forgot its imputer: 1 application in 10 has a null"),
		);
		await push(stage, "1.2.0");
		const rolledBack = await rollOut(stage, "1.2.0", "rolled back");
		output.line();
		output.line(output.paint("bold", "4  credit-risk@1.3.0, whose weights lost their second half on the way"));
		await refuse(stage, "1.3.0");
		await count(stage, load, rolledBack);
		const replayed = await verify(stage, [promoted.id, rolledBack.id]);
		return { acts: [promoted, rolledBack], replayed };
	} finally {
		await load.stop();
	}
}

async function push({ client, output, example }: Stage, version: string): Promise<void> {
	const startedAtMs = performance.now();
	const pushed = await pushFolder(client, path.join(example, `packages/credit-risk-${version}`), () => undefined);
	output.line(
		`   pushed ${pushed.name}@${pushed.version}  ${pushed.digest.slice(0, 19)}  checked, hashed and sealed in ${Math.round(performance.now() - startedAtMs)} ms`,
	);
}

async function rollOut({ client, output }: Stage, version: string, expected: "promoted" | "rolled back"): Promise<RolloutView> {
	const accepted = await client.post<RolloutView>(`/api/v1/endpoints/${ENDPOINT}/deploy`, { version });
	const indented: Output = { ...output, line: (text = "") => output.line(`   ${text}`) };
	// A rollback is shown until live traffic has confirmed it.
	const done = (view: RolloutView) => isSettled(view) && (view.status !== "rolled-back" || view.rollback?.confirmed !== null);
	const view = await followRollout(client, accepted.id, indented, { isDone: done, reportEveryMs: 5_000 });
	const outcome = view.status === "rolled-back" ? "rolled back" : view.promoted ? "promoted" : view.status;
	if (outcome === expected) return view;
	throw new HeadgateError(
		"demo.failed",
		`${version} should have been ${expected}, it is ${outcome}: ${view.question ?? view.refusal ?? view.rollback?.because ?? ""}`,
	);
}

async function refuse({ client, output, example }: Stage, version: string): Promise<void> {
	const startedAtMs = performance.now();
	try {
		await pushFolder(client, path.join(example, `packages/credit-risk-${version}`), () => undefined);
	} catch (error) {
		if (!(error instanceof HeadgateError) || error.code !== "package.refused") throw error;
		output.line(
			`   ${output.paint("red", "refused")} in ${Math.round(performance.now() - startedAtMs)} ms, before anything was loaded`,
		);
		output.line(`   ${error.message}`);
		return;
	}
	throw new HeadgateError("demo.failed", `${version} should have been refused, it was pushed`);
}

/** The load generator and Headgate counted by themselves; they must agree on every answer of the version that was rolled back. */
async function count({ output }: Stage, load: Load, rolledBack: RolloutView): Promise<void> {
	const counts = await load.stop();
	const seen = counts.versions["1.2.0"] ?? { answered: 0, bad: 0 };
	const impact = rolledBack.rollback?.confirmed?.impact ?? rolledBack.impact;
	output.line();
	output.line(`   ${counts.answered} applications answered, ${counts.lost} lost, ${counts.retried} tried twice`);
	output.line(
		`   bad answers of 1.2.0: ${seen.bad} of ${seen.answered} by the load generator, ${impact.challengerFailed} of ${impact.challengerRequests} by Headgate`,
	);
	if (counts.bad !== seen.bad)
		throw new HeadgateError("demo.failed", `${counts.bad - seen.bad} answers of other versions were bad`);
	if (seen.bad !== impact.challengerFailed || seen.answered !== impact.challengerRequests) {
		throw new HeadgateError("demo.failed", "the load generator and Headgate do not agree on the bad answers");
	}
}

async function verify({ folder, output }: Stage, rollouts: readonly string[]): Promise<boolean> {
	const journal = await openSqliteJournalReader(folder.journal);
	const chain = await journal.verify();
	const { seq, hash } = journal.head();
	output.line(`   journal: ${seq} events, ${chain.ok ? "the chain is whole" : chain.message}, head ${seq}:${hash.slice(0, 16)}`);
	const evidence = await openEvidenceReader(folder.evidence);
	let same = chain.ok;
	for (const id of rollouts) {
		const { problems, report } = await replayRollout(id, journal, evidence);
		const equal = problems.length === 0 && report !== null && report.differences.length === 0;
		same &&= equal;
		output.line(
			`   replay of ${id}: ${report?.secondsJudged ?? 0} seconds judged again, ${equal ? "the same decisions" : "NOT the same decisions"}`,
		);
	}
	await journal.close();
	if (!same) throw new HeadgateError("demo.failed", "journal or replay do not hold");
	return same;
}
