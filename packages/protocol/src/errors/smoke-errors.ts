import { could, type ErrorRow, refused } from "./error-row.ts";

/** A first load of a package in the real runtime. */
export const smokeErrors: Readonly<Record<string, ErrorRow>> = {
	"smoke.crashed": refused(
		"The process that loads a package for the first time ended.",
		"Run its code and its weights by themselves.",
	),
	"smoke.late": refused(
		"A package does not load, or answer its examples, in time.",
		"Look for a loop in its code, or raise resources.startupSeconds.",
	),
	"smoke.memory": refused("A package takes more memory than it declares.", "Raise resources.memory to what it needs."),
	"smoke.output": refused(
		"An example's answer breaks the output schema, or holds NaN or Infinity.",
		"Correct code.post or the output schema.",
	),
	"smoke.cancelled": could("A first load was called off.", "Check it again.", 499),
	"smoke.not-started": could("No process could be started for a first load.", "Free memory or processes on this host."),
	"smoke.slow": refused("A package answers much slower than its report states.", "Compare the machines, and measure again."),
};
