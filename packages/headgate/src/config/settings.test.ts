import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numberSetting, SETTINGS, textSetting } from "./settings.ts";

describe("a setting", () => {
	it("is what the flag says, else the variable, else the default", () => {
		expect(textSetting("data", { data: "here" }, { HEADGATE_DATA: "there" })).toBe("here");
		expect(textSetting("data", {}, { HEADGATE_DATA: "there" })).toBe("there");
		expect(textSetting("data", {}, {})).toBe(".headgate");
		expect(numberSetting("controlPort", { controlPort: "1" }, { HEADGATE_CONTROL_PORT: "2" })).toBe(1);
		expect(numberSetting("gateways", {}, { HEADGATE_GATEWAYS: "64" })).toBe(64);
	});

	it("that is a number is a whole one within its range, or is refused by the name of its flag", () => {
		for (const text of ["0", "65536", "-1", "1.5", "1e3", "0x50", "", " 80", "port"]) {
			expect(() => numberSetting("gatewayPort", { gatewayPort: text }, {}), text).toThrow(
				expect.objectContaining({
					code: "setting.invalid",
					path: "--gateway-port",
					message: expect.stringContaining("1 to 65535"),
				}),
			);
		}
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 65_535 }), (port) => {
				expect(numberSetting("gatewayPort", {}, { HEADGATE_GATEWAY_PORT: String(port) })).toBe(port);
			}),
		);
	});

	it("has a flag and a variable of its own, and a default that it takes itself", () => {
		const rows = Object.values(SETTINGS);
		expect(new Set(rows.map(({ flag }) => flag)).size).toBe(rows.length);
		expect(new Set(rows.map(({ variable }) => variable)).size).toBe(rows.length);
		for (const name of ["controlPort", "gatewayPort", "gateways"] as const) {
			expect(numberSetting(name, {}, {})).toBe(Number(SETTINGS[name].fallback));
		}
	});
});
