import type { OutcomeStore } from "@headgate/control/outcomes";
import type { Outcome } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** A place where outcomes lie: opened again, it has what was kept before. */
export interface OutcomesPlace {
	open(): OutcomeStore;
	remove(): void;
}

const label = (id: string, value: number): Outcome => ({ prediction_id: id, label: value });
const clicks = (id: string, value: number): Outcome => ({ prediction_id: id, metric: "clicks", value });
const outcome = fc.record({ id: fc.constantFrom("p1", "p2", "p3", "p4"), value: fc.nat(9), isLabel: fc.boolean() });

/** What every store of outcomes promises. */
export function outcomesContract(name: string, makePlace: () => OutcomesPlace): void {
	const within = (work: (place: OutcomesPlace) => void) => {
		const place = makePlace();
		try {
			work(place);
		} finally {
			place.remove();
		}
	};
	describe(`outcomes in ${name}`, () => {
		it("numbers the batches of each endpoint from 1, and has none for nothing new", () =>
			within((place) => {
				const store = place.open();
				expect(store.keep("a", [label("p1", 1)])?.batch).toBe(1);
				expect(store.keep("a", [label("p2", 1)])?.batch).toBe(2);
				expect(store.keep("b", [label("p3", 1)])?.batch).toBe(1);
				expect(store.keep("a", [label("p1", 1), label("p2", 0)])).toBeNull();
				store.close();
			}));

		it("keeps one label and one value of each metric of a prediction, and the first stands", () =>
			within((place) => {
				const store = place.open();
				const kept = store.keep("a", [label("p1", 1), clicks("p1", 3), label("p1", 2), clicks("p1", 4)]);
				expect(kept?.outcomes).toEqual([label("p1", 1), clicks("p1", 3)]);
				store.close();
			}));

		it("gives back what was kept and not marked as counted, after a restart too", () =>
			within((place) => {
				const first = place.open();
				first.keep("a", [label("p1", 1)]);
				first.keep("a", [label("p2", 1), clicks("p2", 7)]);
				first.markCounted("a", 1);
				first.close();
				const again = place.open();
				const left = again.uncounted();
				expect(left.map(({ endpoint, batch }) => [endpoint, batch])).toEqual([["a", 2]]);
				expect(new Set(left[0]!.outcomes.map((one) => JSON.stringify(one)))).toEqual(
					new Set([label("p2", 1), clicks("p2", 7)].map((one) => JSON.stringify(one))),
				);
				again.markCounted("a", 2);
				expect(again.uncounted()).toEqual([]);
				expect(again.keep("a", [label("p2", 1)])).toBeNull();
				again.close();
			}));

		it("ends with the same outcomes however they were handed in: cut into parts, repeated, with restarts", () => {
			fc.assert(
				fc.property(fc.array(fc.array(outcome, { maxLength: 5 }), { maxLength: 8 }), (parts) =>
					within((place) => {
						const kept = new Map<string, number>();
						const expected = new Map<string, number>();
						for (const part of parts) {
							const store = place.open();
							const given = part.map(({ id, value, isLabel }) => (isLabel ? label(id, value) : clicks(id, value)));
							const fresh = store.keep("a", given)?.outcomes ?? [];
							for (const one of fresh) kept.set(subject(one), numberOf(one));
							for (const one of given) if (!expected.has(subject(one))) expected.set(subject(one), numberOf(one));
							store.close();
						}
						expect(kept).toEqual(expected);
					}),
				),
				{ numRuns: 40 },
			);
		});
	});
}

function subject(one: Outcome): string {
	return `${one.prediction_id} ${"label" in one ? "label" : one.metric}`;
}

function numberOf(one: Outcome): number {
	return Number("label" in one ? one.label : one.value);
}
