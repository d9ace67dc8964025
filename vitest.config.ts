import { defineConfig } from "vitest/config";

const SLOW = ["packages/*/src/**/*.scenario.test.ts", "tools/docs/shell-blocks.int.test.ts"];

export default defineConfig({
	test: {
		pool: "forks",
		maxWorkers: 2,
		setupFiles: process.env["CI"] ? ["tools/fixed-seed.ts"] : [],
		testTimeout: 30_000,
		hookTimeout: 30_000,
		reporters: process.env["CI"] ? ["default", "json"] : ["default"],
		outputFile: { json: "node_modules/.cache/test-results.json" },
		projects: [
			{
				extends: true,
				test: {
					name: "parts",
					include: ["packages/*/src/**/*.test.ts", "tools/**/*.test.ts", "bench/**/*.test.ts"],
					exclude: [...SLOW, "**/node_modules/**"],
					sequence: { groupOrder: 0 },
				},
			},
			{
				extends: true,
				// Whole installations of several processes: one after the other, and not beside anything else.
				test: { name: "scenarios", include: SLOW, maxWorkers: 1, fileParallelism: false, sequence: { groupOrder: 1 } },
			},
		],
	},
});
