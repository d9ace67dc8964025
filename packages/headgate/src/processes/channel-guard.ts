/**
 * Keeps a process whole whose children write rubbish to their channel: a package's code runs in a gateway and can write to every
 * descriptor of it, and a line that is not JSON is thrown out of Node's own reader, past every handler of ours. Any other fault that
 * nobody caught ends the process as before. Returns how to take the guard away.
 */
export function ignoreForeignLines(onIgnored: () => void): () => void {
	const guard = (error: Error): void => {
		if (!isForeignLine(error)) throw error;
		onIgnored();
	};
	process.on("uncaughtException", guard);
	return () => process.off("uncaughtException", guard);
}

/** Of Node 24: the reader of the channel between processes. */
function isForeignLine(error: Error): boolean {
	return error instanceof SyntaxError && /\bparseChannelMessages\b/.test(error.stack ?? "");
}
