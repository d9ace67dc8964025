const GAP = "  ";
/** Narrower than this a column says nothing. */
const LEAST = 8;

/**
 * Rows of cells as lines whose columns stand under each other, at most `width` characters wide: the widest column gives way first, and
 * what does not fit is cut with a mark. Empty columns take no room.
 */
export function alignRows(rows: readonly (readonly string[])[], width: number): string[] {
	const count = Math.max(0, ...rows.map((row) => row.length));
	const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
	const used = () => widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.filter((each) => each > 0).length - 1);
	while (used() > width) {
		const widest = widths.indexOf(Math.max(...widths));
		if (widths[widest]! <= LEAST) break;
		widths[widest]!--;
	}
	return rows.map((row) => {
		const cells = widths.flatMap((each, at) => (each === 0 ? [] : [cut(row[at] ?? "", each).padEnd(each)]));
		return cells.join(GAP).trimEnd();
	});
}

function cut(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
