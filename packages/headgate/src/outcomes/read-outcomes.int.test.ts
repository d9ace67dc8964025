import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type OutcomeLine, readOutcomes } from "./read-outcomes.ts";

const folder = mkdtempSync(path.join(tmpdir(), "headgate-label-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, text: string | Buffer): Promise<OutcomeLine[]> {
	const file = path.join(folder, name);
	writeFileSync(file, text);
	const lines: OutcomeLine[] = [];
	for await (const line of readOutcomes(file)) lines.push(line);
	return lines;
}

describe("a file of outcomes", () => {
	it("is CSV with a header: labels stay texts, for a class may be named 007; quotes and a byte-order mark are understood", async () => {
		const lines = await read("labels.csv", '\ufeffprediction_id,label\r\np1,1\r\np2,007\r\np3,"good, very"\r\n\r\np4,0.25\r\n');
		expect(lines.map((line) => "outcome" in line && line.outcome)).toEqual([
			{ prediction_id: "p1", label: "1" },
			{ prediction_id: "p2", label: "007" },
			{ prediction_id: "p3", label: "good, very" },
			{ prediction_id: "p4", label: "0.25" },
		]);
		expect(lines.map(({ line }) => line)).toEqual([2, 3, 4, 6]);
	});

	it("may hold labels and metrics side by side, an empty cell being none", async () => {
		const lines = await read("both.csv", "prediction_id,label,metric,value\np1,1,,\np2,,clicks,3\np3,,bought,true\n");
		expect(lines.map((line) => "outcome" in line && line.outcome)).toEqual([
			{ prediction_id: "p1", label: "1" },
			{ prediction_id: "p2", metric: "clicks", value: 3 },
			{ prediction_id: "p3", metric: "bought", value: true },
		]);
	});

	it("is a JSON object a line under the names that say so", async () => {
		const lines = await read("labels.jsonl", '{"prediction_id":"p1","label":1}\n\n{"prediction_id":"p2"}\n{broken\n');
		expect(lines.map((line) => [line.line, "outcome" in line])).toEqual([
			[1, true],
			[3, false],
			[4, false],
		]);
	});

	it("is read on past bad lines, each told by its number", async () => {
		const lines = await read("bad.csv", "prediction_id,metric,value\np1,clicks,many\np2,clicks\np3,clicks,2\n");
		expect(lines.map((line) => [line.line, "problem" in line ? line.problem : "ok"])).toEqual([
			[2, "it needs prediction_id and label, or prediction_id, metric and value"],
			[3, "it has 2 cells, the header 3"],
			[4, "ok"],
		]);
	});

	it.each([
		["no header", "p1,1\n", /column "p1"/],
		["a header that lacks a column", "prediction_id,metric\n", /lacks a column/],
		["nothing", "", /is empty/],
		["a quote that does not end", 'prediction_id,label\np1,"1\n', /cannot be read/],
	])("is refused as a whole with %s", async (_, text, message) => {
		await expect(read("whole.csv", text)).rejects.toThrow(message);
	});

	it("is refused when it is not there", async () => {
		const lines = readOutcomes(path.join(folder, "none.csv"));
		await expect(lines.next()).rejects.toMatchObject({ code: "outcome.file" });
	});
});
