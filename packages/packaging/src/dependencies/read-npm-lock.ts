/** One package of a `package-lock.json`. */
export interface NpmEntry {
	/** Its key: `node_modules/a/node_modules/@b/c`; empty for the package itself. */
	readonly key: string;
	/** The name it is fetched under: the last part of the key, or what an alias says. */
	readonly name: string;
	readonly version?: string;
	readonly resolved?: string;
	readonly integrity?: string;
	readonly hasInstallScript: boolean;
	/** A folder of the package instead of something fetched. */
	readonly isLink: boolean;
	/** Comes inside the archive of another package. */
	readonly isBundled: boolean;
}

export interface NpmLock {
	/** 3 since npm 7; undefined when it is no number. */
	readonly lockfileVersion: number | undefined;
	readonly entries: readonly NpmEntry[];
}

/** The parsed JSON of a `package-lock.json`; undefined when it is none. */
export function readNpmLock(json: unknown): NpmLock | undefined {
	if (!isRecord(json)) return undefined;
	const { lockfileVersion, packages } = json;
	if (lockfileVersion === undefined && packages === undefined) return undefined;
	const entries = isRecord(packages)
		? Object.entries(packages).flatMap(([key, entry]) => (isRecord(entry) ? [readEntry(key, entry)] : []))
		: [];
	return { lockfileVersion: typeof lockfileVersion === "number" ? lockfileVersion : undefined, entries };
}

function readEntry(key: string, entry: Record<string, unknown>): NpmEntry {
	const word = (field: string): { [name: string]: string } => (typeof entry[field] === "string" ? { [field]: entry[field] } : {});
	const last = key.split("node_modules/").at(-1)!;
	return {
		key,
		name: typeof entry["name"] === "string" ? entry["name"] : last,
		...word("version"),
		...word("resolved"),
		...word("integrity"),
		hasInstallScript: entry["hasInstallScript"] === true,
		isLink: entry["link"] === true,
		isBundled: entry["inBundle"] === true,
	};
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
