import { describe, expect, it } from "vitest";
import { pathProblem } from "./package-path.ts";

describe("a path in a package", () => {
	it("is refused when a terminal would take a part of it for a command, also one of the C1 controls", () => {
		for (const path of ["a\u001b[31m.txt", "a\nb", "a\u009b31m.txt", "dir\u0085/x"]) {
			expect(pathProblem(path), JSON.stringify(path)).toBe("it contains a control character");
		}
	});

	it("is refused when it turns text around, and so is shown as another name", () => {
		expect(pathProblem("model\u202etxt.exe")).toBe(
			"it contains a character that turns text around, so that it is not what it looks like",
		);
	});

	it("is refused when its bytes were not UTF-8, instead of failing later to find the file", () => {
		expect(pathProblem(`${Buffer.from([0x61, 0xff, 0xfe]).toString()}.txt`)).toBe("it is not valid Unicode");
	});

	it("may be written in any language", () => {
		expect(pathProblem("modèle/日本語 v2.onnx")).toBeUndefined();
	});
});
