import type { PublishedVersion } from "../../checks/check-input.ts";

export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** One line of the catalogue of bad inputs: what comes in, and the code it is refused with. */
export interface BadInput {
	/** As the catalogue counts them. */
	readonly number: number;
	readonly what: string;
	readonly code: string;
	/** A part of what is said: where, what was got, what was expected. */
	readonly says: RegExp;
	/** Changes to a sound package. */
	readonly files?: Files;
	/** Comes as an archive instead of a folder. */
	readonly archive?: { readonly name: string; readonly bytes: Uint8Array };
	/** What cannot be said by files: links, pipes, names, sparse files. */
	readonly prepare?: (folder: string) => Promise<void>;
	readonly published?: readonly PublishedVersion[];
	/** Refused by a check that a push does not run: against the champion, the host or the evaluation's age. */
	readonly atDeploy?: {
		readonly champion?: { readonly version: string; readonly inputSchema: unknown; readonly outputSchema: unknown };
		readonly memoryBytes?: number;
		readonly now?: number;
	};
}
