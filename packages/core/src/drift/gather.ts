import type { DriftBlock } from "./detector.ts";

/** A block is closed once it is five minutes long and has 500 rows, whichever comes later: fewer rows say little, however often. */
export const BLOCK_NEEDS = { ms: 300_000, rows: 500 } as const;

/**
 * Adds a piece (the rows of a second, say) to the open block, if there is one. The block comes back as `closed` once it is long enough; until
 * then as `open`. Pieces come in the order of their time and have the bins of one reference, else RangeError.
 */
export function gather(
	open: DriftBlock | null,
	piece: DriftBlock,
): { readonly open: DriftBlock; readonly closed: null } | { readonly open: null; readonly closed: DriftBlock } {
	const block = open === null ? piece : joined(open, piece);
	const rows = block.counts.reduce((total, count) => total + count, 0);
	const isLong = block.toMs - block.fromMs >= BLOCK_NEEDS.ms && rows >= BLOCK_NEEDS.rows;
	return isLong ? { open: null, closed: block } : { open: block, closed: null };
}

function joined(open: DriftBlock, piece: DriftBlock): DriftBlock {
	if (open.counts.length !== piece.counts.length || piece.fromMs < open.toMs) {
		const got = `${piece.counts.length} bins from ${piece.fromMs} ms`;
		throw new RangeError(`a piece has ${got}; expected ${open.counts.length} bins from ${open.toMs} ms or later`);
	}
	const counts = open.counts.map((count, bin) => count + piece.counts[bin]!);
	return { fromMs: open.fromMs, toMs: piece.toMs, counts };
}
