import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { dataFolder } from "../config/data-folder.ts";
import { newestEpoch } from "./newest-epoch.ts";

const folder = dataFolder(mkdtempSync(path.join(tmpdir(), "headgate-epoch-")));
afterEach(() => rmSync(folder.root, { recursive: true, force: true }));

it("the epoch of a new control process follows the newest table a gateway keeps, damaged ones left out", () => {
	expect(newestEpoch(folder)).toBe(0);
	const tables = {
		g1: '{"table":{"epoch":4,"revision":9}}',
		g2: '{"table":{"epoch":12,"revision":309}}',
		g3: '{"table":{"ep',
		g4: "null",
	};
	for (const [id, text] of Object.entries(tables)) {
		mkdirSync(folder.gateway(id), { recursive: true });
		writeFileSync(path.join(folder.gateway(id), "table.json"), text);
	}
	mkdirSync(folder.gateway("g5"));
	expect(newestEpoch(folder)).toBe(12);
});
