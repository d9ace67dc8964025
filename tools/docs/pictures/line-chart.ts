/** A line chart as SVG: enough for pictures in pages, with no script and no font of its own. */

export interface Series {
	readonly name: string;
	/** Points in the chart's own units, ascending in x. */
	readonly points: readonly (readonly [x: number, y: number])[];
	readonly colour: string;
	readonly dashed?: boolean;
	/** Where its name stands; default at its end. */
	readonly named?: "start" | "end";
}

export interface Axis {
	readonly title: string;
	readonly from: number;
	readonly to: number;
	readonly ticks: readonly (readonly [at: number, text: string])[];
	readonly log?: boolean;
}

export interface Chart {
	readonly title: string;
	readonly x: Axis;
	readonly y: Axis;
	readonly series: readonly Series[];
	/** Lines across the whole width, with a word at their right end. */
	readonly levels?: readonly { readonly at: number; readonly text: string }[];
	/** Stretches of x that are shaded, with a word at their top. */
	readonly bands?: readonly { readonly from: number; readonly to: number; readonly text: string }[];
}

/** A tick with its number at each step, both ends included. */
export function ticks(from: number, to: number, step: number): [number, string][] {
	return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => [from + i * step, String(from + i * step)]);
}

const SIZE = { width: 760, height: 380, left: 70, right: 180, top: 44, bottom: 52 };

export function renderLineChart({ title, x, y, series, levels = [], bands = [] }: Chart): string {
	const px = scale(x, SIZE.left, SIZE.width - SIZE.right);
	const py = scale(y, SIZE.height - SIZE.bottom, SIZE.top);
	const right = SIZE.width - SIZE.right;
	const bottom = SIZE.height - SIZE.bottom;
	const parts = [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12" role="img">`,
		`<title>${escaped(title)}</title>`,
		`<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
		text(SIZE.left, 22, title, "start", 'font-size="14" font-weight="bold"'),
	];
	for (const { from, to, text: word } of bands) {
		parts.push(
			`<rect x="${px(from)}" y="${SIZE.top}" width="${round(px(to) - px(from))}" height="${bottom - SIZE.top}" fill="#ececec"/>`,
		);
		parts.push(text((px(from) + px(to)) / 2, SIZE.top + 13, word, "middle", 'fill="#555555"'));
	}
	for (const [at, word] of x.ticks) {
		parts.push(line(px(at), SIZE.top, px(at), bottom, "#e4e4e4"), text(px(at), bottom + 17, word, "middle"));
	}
	for (const [at, word] of y.ticks) {
		parts.push(line(SIZE.left, py(at), right, py(at), "#e4e4e4"), text(SIZE.left - 8, py(at) + 4, word, "end"));
	}
	for (const { at, text: word } of levels) {
		parts.push(line(SIZE.left, py(at), right, py(at), "#b00020", 'stroke-dasharray="6 4"'));
		parts.push(text(right + 8, py(at) + 4, word, "start", 'fill="#b00020"'));
	}
	for (const one of series) parts.push(...renderSeries(one, px, py, { y, right }));
	parts.push(line(SIZE.left, bottom, right, bottom, "#333333"), line(SIZE.left, SIZE.top, SIZE.left, bottom, "#333333"));
	parts.push(text((SIZE.left + right) / 2, SIZE.height - 12, x.title, "middle"));
	parts.push(
		`<text x="18" y="${(SIZE.top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 18 ${(SIZE.top + bottom) / 2})">${escaped(y.title)}</text>`,
		"</svg>",
		"",
	);
	return parts.join("\n");
}

function renderSeries(
	{ name, points, colour, dashed, named = "end" }: Series,
	px: (x: number) => number,
	py: (y: number) => number,
	{ y, right }: { readonly y: Axis; readonly right: number },
): string[] {
	const inside = (value: number) => Math.min(y.to, Math.max(y.from, value));
	const path = points.map(([at, value]) => `${px(at)},${py(inside(value))}`).join(" ");
	const [lastX, lastY] = points.at(-1)!;
	const [firstX, firstY] = points[0]!;
	const dash = dashed === true ? ' stroke-dasharray="2 3"' : "";
	return [
		`<polyline fill="none" stroke="${colour}" stroke-width="2"${dash} points="${path}"/>`,
		`<circle cx="${px(lastX)}" cy="${py(inside(lastY))}" r="3" fill="${colour}"/>`,
		named === "end"
			? text(Math.min(px(lastX) + 8, right + 8), py(inside(lastY)) + 4, name, "start", `fill="${colour}"`)
			: text(px(firstX) + 10, py(inside(firstY)) - 4, name, "start", `fill="${colour}"`),
	];
}

/** Pixels to a tenth: finer would only make files differ. */
function scale({ from, to, log }: Axis, first: number, last: number): (value: number) => number {
	const of = (value: number) => (log === true ? Math.log(value) : value);
	return (value) => round(first + ((of(value) - of(from)) / (of(to) - of(from))) * (last - first));
}

function line(x1: number, y1: number, x2: number, y2: number, colour: string, more = ""): string {
	return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" ${more}/>`;
}

function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end", more = ""): string {
	return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${more}>${escaped(words)}</text>`;
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}

function escaped(words: string): string {
	return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
