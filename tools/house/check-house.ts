import { writeFileSync } from "node:fs";
import { checkFiles, type Finding } from "./check-files.ts";
import { pictureFolders, picturePackages, renderMermaid, renderSvg, risingArrows } from "./picture.ts";
import { readHouse } from "./read-files.ts";

/**
 * Holds every import against the table of the house; `--picture FILE.svg|.mmd` draws the imports between packages instead.
 * Exit: 0 all arrows point down, 1 some do not, 2 wrong arguments.
 */
function main(args: readonly string[]): number {
	const files = readHouse();
	if (args.length === 0) {
		const findings = checkFiles(files);
		process.stdout.write(findings.map(renderFinding).join(""));
		const circle = findCircle(() => pictureFolders(files, "core"));
		if (circle) process.stdout.write(`packages/core/src: ${circle}\n`);
		return findings.length > 0 || circle ? 1 : 0;
	}
	const [option, file] = args;
	if (option !== "--picture" || file === undefined || !/\.(svg|mmd)$/.test(file)) {
		process.stderr.write("house: wrong arguments\n  use: npm run house [-- --picture FILE.svg|FILE.mmd]\n");
		return 2;
	}
	const picture = picturePackages(files);
	writeFileSync(file, file.endsWith(".svg") ? renderSvg(picture) : `${renderMermaid(picture)}\n`);
	const rising = risingArrows(picture);
	const all =
		rising.length === 0 ? "all point down" : `these do not point down: ${rising.map((a) => `${a.from} -> ${a.to}`).join(", ")}`;
	process.stdout.write(
		`house: ${picture.arrows.length} arrows between ${picture.levels.flat().length} packages, ${all}; see ${file}\n`,
	);
	return rising.length === 0 ? 0 : 1;
}

function renderFinding({ file, line, column, message }: Finding): string {
	return `${file}:${line}:${column} ${message}\n`;
}

function findCircle(draw: () => unknown): string | undefined {
	try {
		draw();
		return undefined;
	} catch (circle) {
		return (circle as Error).message;
	}
}

process.exitCode = main(process.argv.slice(2));
