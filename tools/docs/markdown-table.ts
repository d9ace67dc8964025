/** A table in Markdown, with what would end a cell or open a tag escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map((cells) => line(cells.map(escapeCell)))];
}

function escapeCell(cell: string): string {
	const parts = cell.replaceAll("|", "\\|").split(/(`[^`]*`)/);
	return parts.map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "&lt;"))).join("");
}
