import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Seal } from "../lock/seal.ts";
import { replaceFile } from "./durable.ts";

/** Keeps seals by package digest, outside the packages. */
export interface SealStore {
	/** Undefined when there is none, or none that can be read: then every byte is verified. */
	read(digest: string): Promise<Seal | undefined>;
	write(digest: string, seal: Seal): Promise<void>;
}

export function folderSealStore(root: string): SealStore {
	const pathOf = (digest: string): string => join(root, `${digest.replace(/^sha256:/, "")}.json`);
	return {
		async read(digest) {
			try {
				const seal = JSON.parse(await readFile(pathOf(digest), "utf8")) as Seal;
				return seal.digest === digest && typeof seal.files === "object" && seal.files !== null ? seal : undefined;
			} catch {
				return undefined;
			}
		},
		write: (digest, seal) => replaceFile(pathOf(digest), JSON.stringify(seal)),
	};
}
