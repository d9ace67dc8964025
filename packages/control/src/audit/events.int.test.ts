import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedRig, serveRig } from "../testing/served-rig.ts";

let served: ServedRig;

beforeEach(async () => {
	served = await serveRig();
});

afterEach(() => served.close());

/** Reads server-sent events until `count` of them are there. */
async function take(
	path: string,
	count: number,
	headers: Record<string, string> = {},
): Promise<readonly { id: number; seq: number }[]> {
	const stop = new AbortController();
	const answer = await served.ask(path, { headers, signal: stop.signal });
	const found: { id: number; seq: number }[] = [];
	let rest = "";
	for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
		const messages = (rest + chunk).split("\n\n");
		rest = messages.pop() ?? "";
		for (const message of messages) {
			const id = Number(/^id: (\d+)$/m.exec(message)![1]);
			const { seq } = JSON.parse(/^data: (.*)$/m.exec(message)![1]!) as { seq: number };
			found.push({ id, seq });
		}
		if (found.length >= count) break;
	}
	stop.abort();
	return found;
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => ({ id: from + i, seq: from + i }));

describe("the journal as server-sent events", () => {
	it("begins where it is asked to, and goes on where a broken connection ended", async () => {
		const { rig } = served;
		await rig.champion();
		const { seq } = rig.keeper.journal.head();
		expect(await take("/api/v1/events", seq)).toEqual(upTo(1, seq));
		expect(await take("/api/v1/events?from=3", seq - 2)).toEqual(upTo(3, seq));
		expect(await take("/api/v1/events?from=1", seq - 4, { "last-event-id": "4" })).toEqual(upTo(5, seq));
	});

	it("misses none of the events that are written while it reads, and repeats none", async () => {
		const { rig } = served;
		const { seq } = rig.keeper.journal.head();
		const readers = Array.from({ length: 5 }, () => take("/api/v1/events", seq + 200));
		for (let i = 0; i < 200; i++) {
			await rig.keeper.append("note", [{ type: "Noted", actor: { kind: "system", id: "test" }, cause: null, data: { i } }]);
			if (i % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		}
		for (const reader of readers) expect(await reader).toEqual(upTo(1, seq + 200));
	});

	it("sends an event at once that is written when it has just read to the end", async () => {
		let last: (() => Promise<unknown>) | null = null;
		await served.close();
		served = await serveRig({
			journal: (journal) => {
				const read = journal.read.bind(journal);
				journal.read = async function* (options) {
					yield* read(options);
					const write = last;
					last = null;
					await write?.();
				};
				return journal;
			},
		});
		const { rig } = served;
		const { seq } = rig.keeper.journal.head();
		last = () => rig.endpoint();
		expect(await take("/api/v1/events", seq + 1)).toEqual(upTo(1, seq + 1));
	});

	it("waits for an event that is still to come", async () => {
		const { rig } = served;
		const { seq } = rig.keeper.journal.head();
		const next = take(`/api/v1/events?from=${seq + 1}`, 1);
		await new Promise((resolve) => setTimeout(resolve, 20));
		await rig.endpoint();
		expect(await next).toEqual(upTo(seq + 1, seq + 1));
	});
});
