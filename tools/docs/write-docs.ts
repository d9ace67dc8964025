import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { GENERATED_DOCS } from "./generated-docs.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Writes every generated page that is not current; with `--check` writes nothing and exits 1 if there is one. */
async function main(args: readonly string[]): Promise<number> {
	const check = args[0] === "--check";
	if (args.length > (check ? 1 : 0)) {
		process.stderr.write("docs: wrong arguments\n  use: npm run docs [-- --check]\n");
		return 2;
	}
	let stale = 0;
	for (const [page, make] of Object.entries(GENERATED_DOCS)) {
		const text = await make();
		if (readPage(page) === text) continue;
		stale++;
		if (!check) writePage(page, text);
		process.stdout.write(check ? `${page} is not current: run npm run docs\n` : `${page} written\n`);
	}
	return check && stale > 0 ? 1 : 0;
}

function readPage(page: string): string | undefined {
	try {
		return readFileSync(path.join(ROOT, page), "utf8");
	} catch {
		return undefined;
	}
}

function writePage(page: string, text: string): void {
	mkdirSync(path.dirname(path.join(ROOT, page)), { recursive: true });
	writeFileSync(path.join(ROOT, page), text);
}

process.exitCode = await main(process.argv.slice(2));
