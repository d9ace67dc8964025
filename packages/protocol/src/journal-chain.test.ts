import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf } from "./canonical-json.ts";
import { ChainCheck, compareHead, renderHead, requireHead } from "./journal-chain.ts";
import { GENESIS, hashEvent, type JournalEvent } from "./journal-event.ts";
import { EVENT_COLUMNS, isRowDefect, parseEventRow, renderEventRow } from "./journal-row.ts";

const STREAMS = ["rollout/a", "endpoint/b"];

/** A journal as it should be: numbers without a gap, each event linked to the one before. */
const journal = fc
	.array(fc.record({ stream: fc.constantFrom(...STREAMS), data: fc.jsonValue(), wait: fc.nat(5) }), {
		minLength: 2,
		maxLength: 12,
	})
	.map((drafts) => {
		const versions = new Map<string, number>();
		const events: JournalEvent[] = [];
		let at = 1_000;
		for (const { stream, data, wait } of drafts) {
			const version = (versions.get(stream) ?? 0) + 1;
			versions.set(stream, version);
			at += wait;
			const actor = { kind: "system" as const, id: "test" };
			const plain = JSON.parse(canonicalJson(data)) as unknown;
			const body = { seq: events.length + 1, at, stream, version, type: "Noted", v: 1, actor, cause: null, data: plain };
			const event = { ...body, prev: events.at(-1)?.hash ?? GENESIS };
			events.push({ ...event, hash: hashEvent(event) });
		}
		return events;
	});

function firstBreak(events: readonly JournalEvent[]): number | undefined {
	const check = new ChainCheck();
	for (const event of events) {
		const broken = check.next(event);
		if (broken) return broken.seq;
	}
	return undefined;
}

describe("the journal's chain", () => {
	it("holds for what was written, and comes back from its rows as it was", () => {
		fc.assert(
			fc.property(journal, (events) => {
				expect(firstBreak(events)).toBeUndefined();
				const rows = events.map(renderEventRow);
				for (const row of rows) expect(Object.keys(row).sort()).toEqual([...EVENT_COLUMNS].sort());
				expect(rows.map((row) => parseEventRow({ ...row }))).toEqual(events);
			}),
		);
	});

	it("names the event that was changed, left out, doubled or moved", () => {
		fc.assert(
			fc.property(journal, fc.nat(), fc.constantFrom("data", "at", "cause", "type"), (events, pick, field) => {
				const i = pick % events.length;
				const wrong = { data: { other: 1 }, at: events[i]!.at + 1_000, cause: "someone", type: "Other" }[field];
				const changed = events.with(i, { ...events[i]!, [field]: wrong });
				expect(firstBreak(changed)).toBe(i + 1);
				expect(firstBreak(events.toSpliced(i, 0, events[i]!))).toBe(i + 2);
				if (i < events.length - 1) expect(firstBreak(events.toSpliced(i, 1))).toBe(i + 1);
			}),
		);
	});

	it("broken by a forger who makes the hash anew is broken at the next event, or at the head noted elsewhere", () => {
		fc.assert(
			fc.property(journal, fc.nat(), (events, pick) => {
				const i = pick % events.length;
				const { hash: _, ...body } = { ...events[i]!, data: { forged: true } };
				const forged = events.with(i, { ...body, hash: hashEvent(body) });
				const last = events.at(-1)!;
				if (i < events.length - 1) expect(firstBreak(forged)).toBe(i + 2);
				else expect(compareHead(last, forged.at(-1)!, forged.at(-1)!.hash)?.message).toContain("written anew");
			}),
		);
	});

	it("whose tail was cut off differs from a head noted before", () => {
		fc.assert(
			fc.property(journal, (events) => {
				const short = events.at(-2)!;
				expect(compareHead(events.at(-1)!, short, undefined)?.message).toContain("cut off");
				expect(compareHead(short, events.at(-1)!, short.hash)).toBeUndefined();
			}),
		);
	});

	it("has a head that is read as it is printed, and anything else is refused", () => {
		const head = { seq: 7, hash: "ab".repeat(32) };
		expect(requireHead(` ${renderHead(head)}\n`)).toEqual(head);
		for (const text of [
			"",
			"7",
			"7:abc",
			`x:${head.hash}`,
			`-1:${head.hash}`,
			`${"9".repeat(16)}:${head.hash}`,
			`7:${head.hash.toUpperCase()}`,
		]) {
			expect(() => requireHead(text), text).toThrow(expect.objectContaining({ code: "journal.head-invalid" }));
		}
	});
});

describe("a stored row", () => {
	it("that Headgate cannot have written is named by its field, never thrown", () => {
		fc.assert(
			fc.property(journal, fc.constantFrom(...EVENT_COLUMNS), (events, field) => {
				const row = renderEventRow(events[0]!);
				const parsed = parseEventRow({ ...row, [field]: 1.5 });
				expect(isRowDefect(parsed) && parsed.field).toBe(field);
			}),
		);
	});

	it("spelled otherwise than canonically is a defect, though it means the same", () => {
		const row = { seq: 1, at: 1, stream: "a", version: 1, type: "A", v: 1, cause: null, prev: GENESIS, hash: GENESIS };
		const actor = '{"id":"test","kind":"system"}';
		expect(isRowDefect(parseEventRow({ ...row, actor, data: '{"a":1}' }))).toBe(false);
		expect(parseEventRow({ ...row, actor, data: '{"a": 1}' })).toMatchObject({ field: "data" });
		expect(parseEventRow({ ...row, actor, data: "{" })).toMatchObject({ field: "data" });
	});
});

describe("canonical JSON", () => {
	it("does not depend on the order of keys, and tells different values apart", () => {
		expect(digestOf({ a: 1, b: [2, { d: 3, c: 4 }] })).toBe(digestOf({ b: [2, { c: 4, d: 3 }], a: 1 }));
		expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: "1" }));
		expect(digestOf({})).toMatch(/^sha256:[0-9a-f]{64}$/);
	});

	it("spells numbers and text as RFC 8785 does", () => {
		expect(canonicalJson([1e21, 1e-7, -0, Number("333333333.33333329"), 1.0, '€$\u000f\nA\'B"\\\\"/'])).toBe(
			'[1e+21,1e-7,0,333333333.3333333,1,"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"]',
		);
	});

	it("refuses what JSON cannot hold", () => {
		const circle: Record<string, unknown> = {};
		circle["self"] = circle;
		for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, circle, 1n])
			expect(() => canonicalJson(value)).toThrow();
	});
});
