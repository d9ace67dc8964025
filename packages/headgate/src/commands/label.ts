import { statSync } from "node:fs";
import type { Outcome, OutcomesReply } from "@headgate/protocol";
import type { Command } from "commander";
import { type OutcomeLine, readOutcomes } from "../outcomes/read-outcomes.ts";
import type { ControlClient } from "../remote/control-client.ts";
import type { Output } from "../terminal/output.ts";
import { progressText } from "../terminal/progress.ts";
import { contextOf } from "./context.ts";

/** Outcomes in one request. */
const PART = 1_000;
/** Refused lines that are shown; all of them are counted. */
const MOST_SHOWN = 20;

export function addLabelCommand(program: Command): void {
	program
		.command("label")
		.argument("<file>", "CSV with a header, or JSON lines: prediction_id and label, or prediction_id, metric and value")
		.description("say what became known of predictions: true answers, or values of business metrics")
		.action(async (file: string, _options: object, self: Command) => {
			const { output, control } = contextOf(self);
			const sending = new Sending(control(), output);
			const startedAtMs = Date.now();
			const total = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
			for await (const line of readOutcomes(file)) {
				if (await sending.take(line)) output.progress(progressText("labelling", line.bytes, total, startedAtMs));
			}
			await sending.flush();
			const { accepted, repeated, refused } = sending;
			output.line(`${accepted} accepted, ${repeated} known already, ${refused.length} refused`);
			for (const { line, message } of refused.slice(0, MOST_SHOWN)) output.line(`  line ${line}: ${message}`);
			if (refused.length > MOST_SHOWN) output.line(`  and ${refused.length - MOST_SHOWN} more; --json lists all`);
			output.result({ accepted, repeated, refused });
			process.exitCode = refused.length === 0 ? 0 : 1;
		});
}

interface RefusedLine {
	readonly line: number;
	readonly code: string;
	readonly message: string;
}

/** Hands lines to control in parts, and remembers what became of each. */
class Sending {
	accepted = 0;
	repeated = 0;
	readonly refused: RefusedLine[] = [];
	readonly #client: ControlClient;
	readonly #output: Output;
	#part: { readonly line: number; readonly outcome: Outcome }[] = [];

	constructor(client: ControlClient, output: Output) {
		this.#client = client;
		this.#output = output;
	}

	/** True when a part was handed over. */
	async take(read: OutcomeLine): Promise<boolean> {
		if ("problem" in read) this.refused.push({ line: read.line, code: "outcome.file", message: read.problem });
		else this.#part.push(read);
		if (this.#part.length < PART) return false;
		await this.flush();
		return true;
	}

	async flush(): Promise<void> {
		const part = this.#part;
		this.#part = [];
		if (part.length === 0) return;
		const reply = await this.#client.post<OutcomesReply>("/api/v1/outcomes", { outcomes: part.map(({ outcome }) => outcome) });
		this.accepted += reply.accepted;
		this.repeated += reply.repeated;
		for (const { index, code, message } of reply.refused) this.refused.push({ line: part[index]!.line, code, message });
		this.#output.record({ type: "part", accepted: this.accepted, repeated: this.repeated, refused: this.refused.length });
	}
}
