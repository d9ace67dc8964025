import { expect, it } from "vitest";
import { createProgram } from "./program.ts";

it("names --json and --data in the help of every command, since every command takes them", () => {
	for (const command of createProgram().commands) expect(command.helpInformation()).toMatch(/--json[\s\S]*--data <folder>/);
});
