import type { Journal } from "@headgate/control/journal";
import { hashEvent, type JournalEvent, type NewEvent } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** One place where a journal lies, which a test may also reach behind the journal's back while it is closed. */
export interface JournalPlace {
	open(now: () => number): Promise<Journal>;
	/** Changes one stored field of the event `seq`. */
	overwrite(seq: number, field: StoredField, change: (stored: unknown) => unknown): Promise<void>;
	/** Deletes every event after `seq`. */
	cutAfter(seq: number): Promise<void>;
	remove(): Promise<void>;
}

const FIELDS = ["seq", "at", "stream", "version", "type", "v", "actor", "cause", "data", "prev", "hash"] as const;
export type StoredField = (typeof FIELDS)[number];

const event = (data: unknown, type = "Noted"): NewEvent => ({
	type,
	v: 1,
	actor: { kind: "system", id: "test" },
	cause: "input:7",
	data,
});

/** What every journal promises, whatever it is stored in. */
export function journalContract(name: string, makePlace: () => Promise<JournalPlace>): void {
	describe(`journal in ${name}`, () => {
		it("numbers events without a gap and links each to the one before", () =>
			within(makePlace, async (journal) => {
				const [first] = await journal.append("endpoint/a", 0, [event({ n: 1 })]);
				const [second, third] = await journal.append("rollout/r", 0, [event({ n: 2 }), event({ n: 3 })]);
				expect([first?.seq, second?.seq, third?.seq]).toEqual([1, 2, 3]);
				expect([first?.version, second?.version, third?.version]).toEqual([1, 1, 2]);
				expect(first?.prev).toBe("0".repeat(64));
				expect(third?.prev).toBe(second?.hash);
				expect(third?.hash).toBe(hashEvent(third as JournalEvent));
				expect(journal.head()).toEqual({ seq: 3, hash: third?.hash });
				expect(await all(journal.read())).toEqual([first, second, third]);
				expect(await all(journal.read({ from: 3 }))).toEqual([third]);
				expect(await all(journal.readStream("rollout/r"))).toEqual([second, third]);
				expect(await all(journal.readStream("rollout/none"))).toEqual([]);
			}));

		it("refuses an append to a stream that moved on, says both versions, and writes nothing", () =>
			within(makePlace, async (journal) => {
				await journal.append("rollout/r", 0, [event(1)]);
				const late = journal.append("rollout/r", 0, [event(2), event(3)]);
				await expect(late).rejects.toMatchObject({
					code: "journal.version-conflict",
					message: "stream rollout/r is at version 1, expected 0",
				});
				expect(journal.head().seq).toBe(1);
				expect(journal.streamVersion("rollout/r")).toBe(1);
				expect(await journal.append("rollout/r", 1, [])).toEqual([]);
			}));

		it("gives each append of one turn its own outcome, in the order they were made", () =>
			within(makePlace, async (journal) => {
				const outcomes = await Promise.allSettled([
					journal.append("a", 0, [event("first")]),
					journal.append("a", 0, [event("loses")]),
					journal.append("b", 0, [event("neighbour")]),
					journal.append("a", 1, [event("knows of the first")]),
				]);
				expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
				expect((await all(journal.read())).map((stored) => stored.data)).toEqual(["first", "neighbour", "knows of the first"]);
				expect(await journal.verify()).toMatchObject({ ok: true, events: 3 });
			}));

		it("lets only one of many writers win each version", () =>
			within(makePlace, async (journal) => {
				const write = async (writer: number) => {
					for (let done = 0; done < 5; ) {
						const version = journal.streamVersion("shared");
						const won = await journal.append("shared", version, [event({ writer, done })]).catch(() => undefined);
						if (won) done += 1;
					}
				};
				await Promise.all([1, 2, 3, 4].map(write));
				const stored = await all(journal.readStream("shared"));
				expect(stored.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
			}));

		it("refuses an event that JSON cannot hold, and its neighbours are written", () =>
			within(makePlace, async (journal) => {
				for (const data of [Number.NaN, Number.POSITIVE_INFINITY, "half \ud800", undefined, 1n]) {
					const neighbour = journal.append("a", journal.streamVersion("a"), [event("fine")]);
					await expect(journal.append("b", 0, [event(1), event(data)])).rejects.toMatchObject({ code: "journal.event-invalid" });
					await neighbour;
				}
				expect(journal.head().seq).toBe(5);
			}));

		it("never lets time run backwards, whatever the clock does", () =>
			within(
				makePlace,
				async (journal) => {
					for (let version = 0; version < 4; version++) await journal.append("a", version, [event(version)]);
					expect((await all(journal.read())).map(({ at }) => at)).toEqual([1000, 1000, 3000, 3000]);
				},
				clock(1000, 400.7, 3000, 2999),
			));

		it("tells listeners of each event once, in order, before its append resolves", () =>
			within(makePlace, async (journal) => {
				const heard: number[] = [];
				const stop = journal.subscribe(({ seq }) => heard.push(seq));
				const [appended] = await journal.append("a", 0, [event(1)]);
				expect(heard).toEqual([appended?.seq]);
				await Promise.allSettled([
					journal.append("a", 1, [event(2)]),
					journal.append("a", 0, []),
					journal.append("b", 0, [event(3)]),
				]);
				expect(heard).toEqual([1, 2, 3]);
				stop();
				await journal.append("c", 0, [event(4)]);
				expect(heard).toEqual([1, 2, 3]);
			}));

		it("finishes what was asked before close, and refuses what comes after", () =>
			within(makePlace, async (journal, place) => {
				const before = journal.append("a", 0, [event(1)]);
				await journal.close();
				expect((await before)[0]?.seq).toBe(1);
				await expect(journal.append("a", 1, [event(2)])).rejects.toMatchObject({ code: "journal.closed" });
				const again = await place.open(clock(0));
				expect(again.head().seq).toBe(1);
				await again.close();
			}));

		it("is the same after it was closed and opened again, for any sequence of appends", async () => {
			const appends = fc.array(
				fc.record({
					stream: fc.constantFrom("a", "b", "rollout/ä😀"),
					data: fc.array(fc.jsonValue(), { maxLength: 3 }),
					at: fc.nat(),
					wait: fc.boolean(),
				}),
				{ maxLength: 12 },
			);
			await fc.assert(
				fc.asyncProperty(appends, async (steps) => {
					let at = 0;
					await within(
						makePlace,
						async (journal, place) => {
							const heard: JournalEvent[] = [];
							journal.subscribe((one) => heard.push(one));
							for (const step of steps) {
								at = step.at;
								// Two appends of one turn may conflict: that is one more way for a sequence to go.
								const events = step.data.map((data) => event(data));
								const done = journal.append(step.stream, journal.streamVersion(step.stream), events).catch(() => {});
								if (step.wait) await done;
							}
							await journal.close();
							const again = await place.open(() => 0);
							expect(await all(again.read())).toEqual(heard);
							expect(again.head()).toEqual(journal.head());
							for (const { stream } of steps) expect(again.streamVersion(stream)).toBe(journal.streamVersion(stream));
							expect(await again.verify(journal.head())).toEqual({ ok: true, events: heard.length, head: journal.head() });
							await again.close();
						},
						() => at,
					);
				}),
				{ numRuns: 25 },
			);
		});

		it("finds a changed bit in any stored field of any event and names the event", async () => {
			const places = fc.record({ seq: fc.integer({ min: 1, max: 4 }), field: fc.constantFrom(...FIELDS), bit: fc.nat() });
			await fc.assert(
				fc.asyncProperty(places, async ({ seq, field, bit }) => {
					await within(makePlace, async (journal, place) => {
						await journal.append("a", 0, [event({ weightPercent: 10, text: "tab\u001f" }), event([1, 2])]);
						await journal.append("b", 0, [event({ n: 1.5 }), event(null)]);
						await journal.close();
						await place.overwrite(seq, field, (stored) => flipBit(stored, bit));
						const again = await place.open(() => 0).catch((fault: unknown) => fault as { code: string });
						if ("code" in again) throw new Error(`the journal does not open: ${again.code}`);
						const report = await again.verify(journal.head());
						await again.close();
						expect(report.ok).toBe(false);
						// A changed `seq` moves the event, so its place is empty; every other change is found where it was made.
						expect(report).toMatchObject({ seq });
						if (!report.ok) expect(report.message).toContain(`journal event ${seq}: `);
					});
				}),
				{ numRuns: 60 },
			);
		});

		it("finds a cut-off tail and a journal written anew only with a head noted elsewhere", () =>
			within(makePlace, async (journal, place) => {
				for (let version = 0; version < 4; version++) await journal.append("a", version, [event(version)]);
				const noted = journal.head();
				await journal.close();
				await place.cutAfter(2);
				const cut = await place.open(() => 5);
				expect(await cut.verify()).toMatchObject({ ok: true, events: 2 });
				expect(await cut.verify(noted)).toMatchObject({ ok: false, seq: 4, field: "head", expected: `4:${noted.hash}` });
				for (let version = 2; version < 5; version++) await cut.append("a", version, [event("another story")]);
				expect(await cut.verify()).toMatchObject({ ok: true, events: 5 });
				expect(await cut.verify(noted)).toMatchObject({ ok: false, seq: 4, field: "head" });
				await cut.close();
			}));
	});
}

async function within(
	makePlace: () => Promise<JournalPlace>,
	use: (journal: Journal, place: JournalPlace) => Promise<void>,
	now: () => number = () => 0,
): Promise<void> {
	const place = await makePlace();
	const journal = await place.open(now);
	try {
		await use(journal, place);
	} finally {
		await journal.close();
		await place.remove();
	}
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
	const found: T[] = [];
	for await (const item of items) found.push(item);
	return found;
}

/** Gives these times one after the other, then the last for ever. */
function clock(...times: number[]): () => number {
	let next = 0;
	return () => times[Math.min(next++, times.length - 1)]!;
}

/** Flips one bit of a stored text or number (above the lowest eight, so that keys stay unique); the null of an empty field becomes text. */
function flipBit(stored: unknown, bit: number): unknown {
	if (typeof stored === "number") return Number(BigInt(stored) ^ (1n << BigInt(8 + (bit % 40))));
	if (typeof stored !== "string" || stored === "") return "x";
	const at = Math.floor(bit / 7) % stored.length;
	return stored.slice(0, at) + String.fromCharCode(stored.charCodeAt(at) ^ (1 << (bit % 7))) + stored.slice(at + 1);
}
