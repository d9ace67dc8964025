/** The text of a Markdown file without headings, rules and comments, on one line. */
export function proseOf(text: string): string {
	return withoutComments(text)
		.split("\n")
		.filter((line) => !/^\s*(#|---|===)/.test(line))
		.join(" ")
		.replace(/\s+/g, " ")
		.trim();
}

/** Whether somebody meant to write it later. */
export function isPlaceholder(prose: string): boolean {
	return /^\W*(todo|tbd|fixme|fill in|lorem ipsum)\b/i.test(prose) || /^\W*(n\/?a|none|nothing|unknown)\W*$/i.test(prose);
}

function withoutComments(text: string): string {
	const [first = "", ...rest] = text.split("<!--");
	const after = rest.map((part) => {
		const end = part.indexOf("-->");
		return end === -1 ? "" : part.slice(end + 3);
	});
	return [first, ...after].join("");
}
