import { describe, expect, it } from "vitest";
import { ERRORS } from "./catalogue.ts";
import { HeadgateError } from "./headgate-error.ts";

describe("a fault", () => {
	it("crosses a process as JSON and can be made again from it", () => {
		const fault = new HeadgateError("deploy.quarantined", "in quarantine", { path: "version", cause: new Error("inner") });
		const { code, message, hint, path } = JSON.parse(JSON.stringify({ fault })).fault as ReturnType<HeadgateError["toJSON"]>;
		const again = new HeadgateError(code, message, { hint, path: path! });
		expect(again).toMatchObject({
			code: fault.code,
			message: fault.message,
			hint: ERRORS["deploy.quarantined"]?.hint,
			path: "version",
		});
		expect(JSON.stringify(fault)).not.toContain("inner");
	});

	it("takes the thrower's hint before the catalogue's", () => {
		expect(new HeadgateError("endpoint.unknown", "x", { hint: "did you mean y?" }).hint).toBe("did you mean y?");
		expect(new HeadgateError("endpoint.unknown", "x", {}).toJSON()).not.toHaveProperty("path");
	});

	it("of an unknown code counts as something that could not be done", () => {
		expect(new HeadgateError("no.such-code", "x").row).toMatchObject({ status: 500, exit: 3 });
	});
});

describe("the catalogue", () => {
	it("exits 2 only for what the caller gave: never with a status of 500 or above", () => {
		const wrong = Object.entries(ERRORS).filter(([, row]) => row.exit === 2 && row.status >= 500);
		expect(wrong.map(([code]) => code)).toEqual([]);
	});

	it("asks nobody to try again what will be refused again: what was given wrong is not retryable", () => {
		const wrong = Object.entries(ERRORS).filter(([, row]) => row.exit === 2 && row.retryable);
		expect(wrong.map(([code]) => code)).toEqual([]);
	});
});
