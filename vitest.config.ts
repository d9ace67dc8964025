import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["packages/*/src/**/*.test.ts", "tools/**/*.test.ts", "docs/**/*.test.ts"],
		pool: "forks",
		maxWorkers: 2,
		testTimeout: 30_000,
		hookTimeout: 30_000,
		reporters: process.env.CI ? ["default", "json"] : ["default"],
		outputFile: { json: "node_modules/.cache/test-results.json" },
	},
});
