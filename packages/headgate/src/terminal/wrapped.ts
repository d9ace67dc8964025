/** A paragraph in lines that fit the terminal, all behind the same indent and the further ones a little deeper; one line in a pipe. */
export function wrapped(text: string, indent: string, columns: number | undefined = process.stdout.columns): string {
	if (columns === undefined) return indent + text;
	const lines: string[] = [];
	let line = indent;
	for (const word of text.split(" ")) {
		const isFirst = line.trim() === "";
		if (!isFirst && width(line) + 1 + width(word) > columns) {
			lines.push(line.trimEnd());
			line = `${indent}  ${word}`;
		} else line += isFirst ? word : ` ${word}`;
	}
	return [...lines, line].join("\n");
}

/** Every line that is too long for the terminal in several, broken at spaces behind its own indent; the others as they are. */
export function fitted(text: string, columns: number | undefined): string {
	if (columns === undefined) return text;
	return text
		.split("\n")
		.map((line) => {
			if (width(line) <= columns) return line;
			const indent = /^ */.exec(line)![0];
			return wrapped(line.slice(indent.length), indent, columns);
		})
		.join("\n");
}

/** Columns on a terminal: colours take none. */
function width(text: string): number {
	return text.replaceAll(/\u001b\[[0-9;]*m/g, "").length;
}
