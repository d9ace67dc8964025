import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SqliteOutcomes } from "@headgate/adapters/sqlite";
import { MemoryOutcomes } from "@headgate/control/outcomes";
import { outcomesContract } from "./outcomes.ts";

outcomesContract("memory", () => {
	const store = new MemoryOutcomes();
	return { open: () => store, remove: () => {} };
});

outcomesContract("SQLite", () => {
	const folder = mkdtempSync(path.join(tmpdir(), "headgate-outcomes-"));
	return {
		open: () => new SqliteOutcomes(path.join(folder, "outcomes.sqlite")),
		remove: () => rmSync(folder, { recursive: true }),
	};
});
