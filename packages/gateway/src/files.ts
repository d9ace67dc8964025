import { open, rename } from "node:fs/promises";

/** Replaces a file as a whole: a reader, or a start after a crash or a power cut, sees the old text or the new, never a part. Owner only. */
export async function replaceFile(path: string, text: string): Promise<void> {
	const temporary = `${path}.${process.pid}.tmp`;
	const handle = await open(temporary, "w", 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(temporary, path);
}

/** Runs tasks one after another; one that fails is reported and does not stop the rest. */
export class TaskChain {
	#tail: Promise<void> = Promise.resolve();
	readonly #onError: (error: unknown) => void;

	constructor(onError: (error: unknown) => void) {
		this.#onError = onError;
	}

	add(task: () => Promise<void>): void {
		this.#tail = this.#tail.then(task).catch(this.#onError);
	}

	/** Until everything added so far is done. */
	settled(): Promise<void> {
		return this.#tail;
	}
}
