import { PassThrough } from "node:stream";
import { HeadgateError } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createOutput, reportError, visible } from "./output.ts";
import { progressText } from "./progress.ts";

function written(json: boolean, isTTY = false): { output: ReturnType<typeof createOutput>; text: () => string } {
	const stream = Object.assign(new PassThrough(), { isTTY });
	return { output: createOutput(json, stream as never), text: () => String(stream.read() ?? "") };
}

describe("the output of a command", () => {
	it("is lines for people, and nothing of what is for machines", () => {
		const { output, text } = written(false);
		output.line("one");
		output.line();
		output.record({ type: "event" });
		output.result({ done: true });
		expect(text()).toBe("one\n\n");
	});

	it("with --json is JSON a line and nothing else", () => {
		const { output, text } = written(true, true);
		output.line("one");
		output.progress("42 %");
		output.record({ type: "event", text: "two\nlines" });
		output.result({ done: output.paint("red", "yes") });
		const lines = text().trim().split("\n");
		expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ type: "event", text: "two\nlines" }, { done: "yes" }]);
	});

	it("has colours on a terminal only, and none where NO_COLOR is set", () => {
		vi.stubEnv("NO_COLOR", undefined);
		expect(written(false, true).output.paint("red", "x")).toBe("\u001b[31mx\u001b[0m");
		expect(written(false, false).output.paint("red", "x")).toBe("x");
		vi.stubEnv("NO_COLOR", "1");
		expect(written(false, true).output.paint("red", "x")).toBe("x");
		vi.unstubAllEnvs();
	});
});

describe("an error", () => {
	function report(error: unknown, json: boolean): { exit: number; out: string; err: string } {
		const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
		const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
		const exit = reportError(error, json);
		const [said, complained] = [out, err].map(({ mock }) => mock.calls.map(([text]) => String(text)).join(""));
		vi.restoreAllMocks();
		return { exit, out: said ?? "", err: complained ?? "" };
	}

	it("is one line with a hint on stderr, and exits as its code says", () => {
		const { exit, out, err } = report(new HeadgateError("endpoint.unknown", 'there is no endpoint "x"'), false);
		expect([exit, out]).toEqual([2, ""]);
		expect(err.split("\n")[0]).toBe('error: there is no endpoint "x"');
		expect(err.split("\n")[1]).toMatch(/^ {2}\S/);
	});

	it("names its place once, whether or not the message does", () => {
		const at = (message: string) =>
			report(new HeadgateError("request.invalid", message, { path: "version" }), false).err.split("\n")[0];
		expect(at("expected text")).toBe("error: expected text (version)");
		expect(at("version: expected text")).toBe("error: version: expected text");
	});

	it("with --json is a document on stdout", () => {
		const { exit, out, err } = report(new HeadgateError("deploy.rollout-in-progress", "busy", { hint: "wait" }), true);
		expect([exit, err]).toEqual([3, ""]);
		expect(JSON.parse(out)).toEqual({ error: { code: "deploy.rollout-in-progress", message: "busy", hint: "wait" } });
	});

	it("of no known kind is a bug with its stack, exit 3", () => {
		const { exit, err } = report(new TypeError("undefined is not a function"), false);
		expect(exit).toBe(3);
		expect(err).toContain("output.test.ts");
	});

	it("cannot drive the terminal: no control character gets through but the end of a line", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0x2ff }).map((code) => String.fromCharCode(code)) }), (text) => {
				expect(visible(text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
			}),
		);
		expect(visible("a\u001b[2Jb")).toBe("a\\x1b[2Jb");
	});
});

describe("progress", () => {
	it("is percentage, rate and time left, and never promises what it cannot know", () => {
		expect(progressText("pushing", 500e6, 1_000e6, 0, 1_000)).toBe("pushing  50 %  500 MB/s  1 s left");
		expect(progressText("pushing", 0, 1_000e6, 0, 1_000)).toBe("pushing  0 %  0 MB/s");
		expect(progressText("pushing", 1e6, 1_000e6, 0, 2)).toBe("pushing  0 %");
		expect(progressText("pushing", 100e6, 10_000e6, 0, 1_000)).toBe("pushing  1 %  100 MB/s  1 min 39 s left");
	});
});

describe("a line for people", () => {
	it("cannot drive the terminal, whatever a model's error message or a reason holds", () => {
		const { output, text } = written(false, true);
		output.line("refused: x\u001b[2J\u001b]0;title\u0007\u001b[8mhidden\rover\u009b31m");
		expect(text()).toBe("refused: x\\x1b[2J\\x1b]0;title\\x07\\x1b[8mhidden\\x0dover\\x9b31m\n");
	});

	it("keeps the colours it was painted with and its line breaks", () => {
		const { output, text } = written(false, true);
		const red = "\u001b[31mrolled back\u001b[0m";
		output.line(`${red}\n  why`);
		expect(text()).toBe(`${red}\n  why\n`);
	});
});
