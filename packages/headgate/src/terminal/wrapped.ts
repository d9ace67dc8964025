/** A paragraph in lines that fit the terminal, all behind the same indent and the further ones a little deeper; one line in a pipe. */
export function wrapped(text: string, indent: string, columns: number | undefined = process.stdout.columns): string {
	if (columns === undefined) return indent + text;
	const lines: string[] = [];
	let line = indent;
	for (const word of text.split(" ")) {
		const isFirst = line.trim() === "";
		if (!isFirst && line.length + 1 + word.length > columns) {
			lines.push(line);
			line = `${indent}  ${word}`;
		} else line += isFirst ? word : ` ${word}`;
	}
	return [...lines, line].join("\n");
}
