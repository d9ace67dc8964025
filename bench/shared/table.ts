/** Rows of text under their headings: the first column to the left, numbers to the right. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const lines = [headings, ...rows];
	const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
	const render = (line: readonly string[]): string =>
		line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  ");
	return lines.map(render);
}
