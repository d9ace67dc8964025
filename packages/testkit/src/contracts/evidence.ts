import type { EvidenceSeal, EvidenceStore } from "@headgate/control/evidence";
import type { EvidenceRecord, NewEvidence } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** One place where evidence lies, which a test may also reach behind the store's back while it is closed. */
export interface EvidencePlace {
	open(): Promise<EvidenceStore>;
	/** Changes the raw lines of an endpoint; positions are their order. */
	rewrite(endpoint: string, change: (lines: readonly string[]) => readonly string[]): Promise<void>;
	remove(): Promise<void>;
}

const counts = (second: number, n: number): NewEvidence => ({ kind: "window", second, arms: { champion: { n, failed: 0 } } });

/** What every evidence store promises, whatever it is stored in. */
export function evidenceContract(name: string, makePlace: () => Promise<EvidencePlace>): void {
	describe(`evidence in ${name}`, () => {
		it("gives each endpoint its own positions, from 1 without a gap", () =>
			within(makePlace, async (store) => {
				expect(await store.append("a", [counts(1, 10), counts(2, 20)])).toEqual([1, 2]);
				expect(await store.append("b", [counts(1, 5)])).toEqual([1]);
				expect(await store.append("a", [])).toEqual([]);
				expect(await store.append("a", [counts(3, 30)])).toEqual([3]);
				expect([store.lastPosition("a"), store.lastPosition("b"), store.lastPosition("none")]).toEqual([3, 1, 0]);
				expect(await all(store.read("a", 2))).toMatchObject([
					{ position: 2, kind: "window", second: 2, arms: { champion: { n: 20 } } },
					{ position: 3, second: 3 },
				]);
				expect(await all(store.read("none"))).toEqual([]);
				expect(await all(store.read("a", 4))).toEqual([]);
			}));

		it("is the same after it was closed and opened again, for any appends, one after the other or at once", async () => {
			const records = fc.array(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue(), { maxKeys: 4 }), { maxLength: 4 });
			const appends = fc.array(fc.record({ endpoint: fc.constantFrom("a", "b-2"), records, wait: fc.boolean() }), {
				maxLength: 10,
			});
			await fc.assert(
				fc.asyncProperty(appends, (steps) =>
					within(makePlace, async (store, place) => {
						const positions: Record<string, number[]> = { a: [], "b-2": [] };
						for (const step of steps) {
							const named = step.records.map((data) => ({ ...data, kind: "any" }));
							const done = store.append(step.endpoint, named).then((given) => positions[step.endpoint]?.push(...given));
							if (step.wait) await done;
						}
						await store.close();
						const again = await place.open();
						for (const [endpoint, given] of Object.entries(positions)) {
							const read = await all(again.read(endpoint));
							const written = steps.filter((step) => step.endpoint === endpoint).flatMap((step) => step.records);
							expect(read.map(({ position }) => position)).toEqual(given);
							expect(read.map(({ position: _p, sum: _s, kind: _k, ...data }) => data)).toEqual(
								written.map(({ position: _p, sum: _s, kind: _k, ...data }) => JSON.parse(JSON.stringify(data))),
							);
							expect(again.lastPosition(endpoint)).toBe(given.length);
							expect(await again.verify(endpoint, [])).toEqual({ ok: true, records: given.length, seals: 0 });
						}
						await again.close();
					}),
				),
				{ numRuns: 25 },
			);
		});

		it("refuses a record that JSON cannot hold, and what was appended beside it is kept", () =>
			within(makePlace, async (store) => {
				for (const bad of [Number.NaN, "half \ud800", 1n]) {
					const beside = store.append("a", [counts(1, 1)]);
					const refused = store.append("a", [counts(2, 2), { kind: "window", bad }]);
					const after = store.append("a", [counts(3, 3)]);
					await expect(refused).rejects.toMatchObject({ code: "evidence.record-invalid" });
					await Promise.all([beside, after]);
				}
				expect((await all(store.read("a"))).map(({ second }) => second)).toEqual([1, 3, 1, 3, 1, 3]);
			}));

		it("refuses an endpoint's name that would lead out of its folder", () =>
			within(makePlace, async (store) => {
				for (const name of ["..", "a/b", "../a", "", ".", "A\0"]) {
					await expect(store.append(name, [counts(1, 1)])).rejects.toMatchObject({ code: "evidence.record-invalid" });
				}
			}));

		it("names the record in which one bit was flipped", async () => {
			await fc.assert(
				fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.nat(), fc.boolean(), (position, bit, sealed) =>
					within(makePlace, async (store, place) => {
						await store.append("a", [counts(1, 10), counts(2, 17), counts(3, 0)]);
						await store.append("a", [counts(4, 250), { kind: "gap", text: "a\u001fb" }, counts(6, 1)]);
						const seals = sealed ? [{ from: 1, to: 6, sha256: await store.seal("a", 1, 6) }] : [];
						await store.close();
						await place.rewrite("a", (lines) => lines.map((line, index) => (index === position - 1 ? flipBit(line, bit) : line)));
						const again = await place.open();
						const report = await again.verify("a", seals);
						expect(report).toMatchObject({ ok: false, position });
						if (!report.ok) expect(report.message).toContain(`evidence of a, record ${position}: `);
						await expect(all(again.read("a"))).rejects.toMatchObject({ code: "evidence.corrupt" });
						expect(await all(again.read("a", position + 1))).toHaveLength(6 - position);
						await again.close();
					}),
				),
				{ numRuns: 60 },
			);
		});

		it("finds by its seals what was written anew with fitting sums, and what was cut off", () =>
			within(makePlace, async (store, place) => {
				await store.append(
					"a",
					[1, 2, 3, 4].map((second) => counts(second, 100)),
				);
				const seals: EvidenceSeal[] = [
					{ from: 1, to: 2, sha256: await store.seal("a", 1, 2) },
					{ from: 3, to: 4, sha256: await store.seal("a", 3, 4) },
				];
				expect(await store.verify("a", seals)).toEqual({ ok: true, records: 4, seals: 2 });
				const forged = await makePlace();
				const forger = await forged.open();
				await forger.append(
					"a",
					[1, 2, 3, 4].map((second) => counts(second, second === 3 ? 99 : 100)),
				);
				expect(await forger.verify("a", [])).toMatchObject({ ok: true });
				expect(await forger.verify("a", seals)).toMatchObject({ ok: false, position: 3 });
				await forger.close();
				await forged.remove();
				await store.close();
				await place.rewrite("a", (lines) => lines.slice(0, 3));
				const cut = await place.open();
				expect(await cut.verify("a", [])).toMatchObject({ ok: true, records: 3 });
				expect(await cut.verify("a", seals)).toMatchObject({ ok: false, position: 4, got: "3", expected: "4" });
				await cut.close();
			}));

		it("does not seal a range that it does not hold", () =>
			within(makePlace, async (store) => {
				await store.append("a", [counts(1, 1), counts(2, 2)]);
				for (const [from, to] of [
					[1, 3],
					[2, 1],
					[0, 1],
					[3, 3],
				] as const) {
					await expect(store.seal("a", from, to)).rejects.toMatchObject({ code: "evidence.range-missing" });
				}
				await expect(store.seal("none", 1, 1)).rejects.toMatchObject({ code: "evidence.range-missing" });
			}));

		it("finishes what was asked before close, and refuses what comes after", () =>
			within(makePlace, async (store, place) => {
				const before = store.append("a", [counts(1, 1)]);
				await store.close();
				expect(await before).toEqual([1]);
				await expect(store.append("a", [counts(2, 2)])).rejects.toMatchObject({ code: "evidence.closed" });
				const again = await place.open();
				expect(again.lastPosition("a")).toBe(1);
				await again.close();
			}));
	});
}

async function within(
	makePlace: () => Promise<EvidencePlace>,
	use: (store: EvidenceStore, place: EvidencePlace) => Promise<void>,
): Promise<void> {
	const place = await makePlace();
	const store = await place.open();
	try {
		await use(store, place);
	} finally {
		await store.close();
		await place.remove();
	}
}

async function all(records: AsyncIterable<EvidenceRecord>): Promise<EvidenceRecord[]> {
	const found: EvidenceRecord[] = [];
	for await (const record of records) found.push(record);
	return found;
}

/** Flips one of the lower seven bits of one character; never into a line end, which would make it two lines. */
function flipBit(line: string, bit: number): string {
	const at = Math.floor(bit / 7) % line.length;
	const flipped = String.fromCharCode(line.charCodeAt(at) ^ (1 << (bit % 7)));
	return line.slice(0, at) + (flipped === "\n" ? "\v" : flipped) + line.slice(at + 1);
}
