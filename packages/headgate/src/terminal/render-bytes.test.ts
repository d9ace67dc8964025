import { expect, it } from "vitest";
import { renderBytes } from "./render-bytes.ts";

it("counts bytes in the unit that a person compares", () => {
	expect([0, 1_023, 1_024, 66_352, 576_787_456, 3 * 2 ** 40].map(renderBytes)).toEqual([
		"0 B",
		"1023 B",
		"1.0 KiB",
		"64.8 KiB",
		"550.1 MiB",
		"3.0 TiB",
	]);
});
