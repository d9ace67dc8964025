import { type Arrow, drawArrows, type Files, partOf } from "./check-files.ts";
import { HOUSE } from "./house-table.ts";

/** A picture of who imports whom: boxes by level, the lowest last, and the arrows between them. */
export interface Picture {
	readonly levels: readonly (readonly string[])[];
	readonly arrows: readonly Arrow[];
}

/** The packages that exist, at the levels of the table. */
export function picturePackages(files: Files): Picture {
	const place = (file: string) => {
		const part = partOf(file);
		return file.startsWith("packages/") && part && HOUSE[part] ? part : undefined;
	};
	const boxes = unique([...files.keys()].map(place));
	const levels = unique(boxes.map((box) => HOUSE[box]!.level)).sort((left, right) => right - left);
	return {
		levels: levels.map((level) => boxes.filter((box) => HOUSE[box]!.level === level)),
		arrows: drawArrows(files, place),
	};
}

/** The folders of one package, each above all that it imports. Throws when folders import each other in a circle. */
export function pictureFolders(files: Files, part: string): Picture {
	const folder = new RegExp(`^packages/${part}/src/([^/]+)/`);
	const place = (file: string) => folder.exec(file)?.[1];
	const boxes = unique([...files.keys()].map(place)).sort();
	const arrows = drawArrows(files, place);
	const levels: string[][] = [];
	let left = boxes;
	while (left.length > 0) {
		const lowest = left.filter((box) => !arrows.some(({ from, to }) => from === box && left.includes(to)));
		if (lowest.length === 0) throw new Error(`the folders ${left.join(", ")} of ${part} import each other in a circle`);
		levels.unshift(lowest);
		left = left.filter((box) => !lowest.includes(box));
	}
	return { levels, arrows };
}

/** Arrows that do not point from a higher level to a lower one. */
export function risingArrows({ levels, arrows }: Picture): Arrow[] {
	const height = (box: string) => levels.findIndex((level) => level.includes(box));
	return arrows.filter(({ from, to }) => height(from) >= height(to));
}

/** As a Mermaid flowchart. An arrow is left out where a longer way of arrows says the same. */
export function renderMermaid({ levels, arrows }: Picture): string {
	const boxes = levels.flatMap((level, index) => [
		`\tsubgraph level${levels.length - 1 - index}[" "]`,
		...level.map((box) => `\t\t${box}`),
		"\tend",
	]);
	const shown = arrows.filter((arrow) => !hasDetour(arrow, arrows)).map(({ from, to }) => `\t${from} --> ${to}`);
	return ["flowchart TD", ...boxes, ...shown].join("\n");
}

/** As an SVG drawing: one row of boxes for each level, every arrow drawn. */
export function renderSvg({ levels, arrows }: Picture): string {
	const [boxWidth, boxHeight, gapX, gapY, margin] = [120, 36, 40, 64, 24];
	const width = Math.max(...levels.map((level) => level.length)) * (boxWidth + gapX) - gapX + 2 * margin;
	const height = levels.length * (boxHeight + gapY) - gapY + 2 * margin;
	const place = new Map(
		levels.flatMap((level, row) =>
			level.map((box, column) => {
				const start = (width - (level.length * (boxWidth + gapX) - gapX)) / 2;
				return [box, { x: start + column * (boxWidth + gapX), y: margin + row * (boxHeight + gapY) }];
			}),
		),
	);
	const lines = arrows.map(({ from, to }) => {
		const [start, end] = [place.get(from)!, place.get(to)!];
		const [x1, x2] = [start.x + boxWidth / 2, end.x + boxWidth / 2];
		return `<line x1="${x1}" y1="${start.y + boxHeight}" x2="${x2}" y2="${end.y - 6}" stroke="#667" marker-end="url(#tip)"/>`;
	});
	const boxes = [...place].map(
		([box, { x, y }]) =>
			`<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6" fill="#eef3f8" stroke="#345"/>` +
			`<text x="${x + boxWidth / 2}" y="${y + boxHeight / 2 + 5}" text-anchor="middle">${box}</text>`,
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="14">`,
		'<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#667"/></marker></defs>',
		'<rect width="100%" height="100%" fill="white"/>',
		...lines,
		...boxes,
		"</svg>\n",
	].join("\n");
}

function hasDetour({ from, to }: Arrow, arrows: readonly Arrow[]): boolean {
	const reached = new Set(arrows.filter((arrow) => arrow.from === from && arrow.to !== to).map((arrow) => arrow.to));
	for (const box of reached) for (const arrow of arrows) if (arrow.from === box) reached.add(arrow.to);
	return reached.has(to);
}

function unique<T>(items: readonly (T | undefined)[]): T[] {
	return [...new Set(items)].filter((item): item is T => item !== undefined);
}
