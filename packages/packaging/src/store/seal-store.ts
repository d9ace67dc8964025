import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileSeal, Seal } from "../lock/seal.ts";
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
				const seal: unknown = JSON.parse(await readFile(pathOf(digest), "utf8"));
				return isSeal(seal) && seal.digest === digest ? seal : undefined;
			} catch {
				return undefined;
			}
		},
		write: (digest, seal) => replaceFile(pathOf(digest), JSON.stringify(seal)),
	};
}

const FACTS = ["dev", "ino", "size", "mtimeNs", "ctimeNs"] as const satisfies readonly (keyof FileSeal)[];

/** With a fact less in it a seal would hold whatever a file has become. */
function isSeal(value: unknown): value is Seal {
	if (!isRecord(value) || !isRecord(value["files"])) return false;
	const { files, kept = {} } = value;
	const isWhole = Object.values(files).every((file) => isRecord(file) && FACTS.every((fact) => typeof file[fact] === "string"));
	return isWhole && isRecord(kept) && Object.values(kept).every(isRecord);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null;
}
