/** A fenced block of shell commands in a page, with what the page says of it. */
export interface ShellBlock {
	/** `docs/guide/plans.md:12`, the line of the opening fence. */
	readonly place: string;
	readonly text: string;
	/** Why it is not run (`<!-- not run: reason -->` above it); null when it is. */
	readonly notRun: string | null;
	/** Exit code of its last command (`<!-- exits 1 -->` above it), 0 where the page says nothing. */
	readonly exits: number;
}

const FENCE = /^(`{3,})(.*)$/;
const NOT_RUN = /^<!-- not run:(.*)-->$/;
const EXITS = /^<!-- exits (\d+) -->$/;

/** The `sh` blocks of a page, in order. Throws on a block that is never closed: the rest of the page would silently not be run. */
export function readShellBlocks(page: string, text: string): readonly ShellBlock[] {
	const lines = text.split("\n");
	const blocks: ShellBlock[] = [];
	for (let i = 0; i < lines.length; i++) {
		const [, fence, language = ""] = FENCE.exec(lines[i]!) ?? [];
		if (fence === undefined) continue;
		const end = lines.indexOf(fence, i + 1);
		if (end === -1) throw new Error(`${page}:${i + 1}: the block is never closed`);
		if (language.trim() === "sh") {
			const above = lines[lines[i - 1] === "" ? i - 2 : i - 1]?.trim() ?? "";
			blocks.push({
				place: `${page}:${i + 1}`,
				text: lines.slice(i + 1, end).join("\n"),
				notRun: NOT_RUN.exec(above)?.[1]?.trim() ?? null,
				exits: Number(EXITS.exec(above)?.[1] ?? 0),
			});
		}
		i = end;
	}
	return blocks;
}

export interface Ports {
	readonly control: number;
	readonly gateway: number;
}

/**
 * One bash script of a page's blocks: variables and background jobs live on from block to block, as in a reader's shell. Each block
 * first writes its place to file descriptor 3, so that a failure can be found in the page. The pages name the default ports; here
 * they are others, because those may be taken.
 */
export function renderScript(blocks: readonly ShellBlock[], ports: Ports): string {
	const run = blocks.filter((block) => block.notRun === null).map(renderBlock);
	return ["set -eo pipefail", ...run]
		.join("\n")
		.replaceAll(/\b7700\b/g, String(ports.control))
		.replaceAll(/\b7701\b/g, String(ports.gateway));
}

function renderBlock({ place, text, exits }: ShellBlock): string {
	const begin = `echo '${place}' >&3`;
	if (exits === 0) return `${begin}\n${text}`;
	return `${begin}\nset +e\n${text}\ncode=$?\nset -e\n[ "$code" -eq ${exits} ] || { echo "exit $code, the page says ${exits}" >&2; exit 99; }`;
}
