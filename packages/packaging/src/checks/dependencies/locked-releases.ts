import type { Manifest } from "@headgate/protocol";
import { faultsOfLines } from "../../dependencies/lock-faults.ts";
import { REQUIREMENTS_MAX_BYTES, readRequirements } from "../../dependencies/read-requirements.ts";
import type { CheckContext } from "../context.ts";

/** What the requirements of a package pin. */
export interface LockedReleases {
	readonly file: string;
	/** By normal name. */
	readonly releases: ReadonlyMap<string, string>;
	/** Minor version of the python that the lock's head names, as init and pip-compile write it. */
	readonly python: string | undefined;
	/** G01 finds nothing that refuses it: what is pinned is what would be installed. */
	readonly isSound: boolean;
}

/** Undefined when the manifest names no requirements, or when they cannot be read: then G01 says so. */
export function lockedReleases(context: CheckContext): Promise<LockedReleases | undefined> {
	return context.gather(readLocked);
}

/** The path of the dependencies that the manifest names, if any. */
export function namedDependencies(manifest: Manifest | undefined): string | undefined {
	return typeof manifest?.dependencies === "string" ? manifest.dependencies : undefined;
}

async function readLocked(context: CheckContext): Promise<LockedReleases | undefined> {
	const file = namedDependencies(await context.manifest());
	if (file === undefined || !context.has(file) || !/\.(txt|lock)$/i.test(file)) return undefined;
	const text = await context.text(file, REQUIREMENTS_MAX_BYTES).catch(() => undefined);
	if (text === undefined) return undefined;
	const lines = readRequirements(text);
	const pinned = lines.flatMap((line) =>
		line.kind === "requirement" && line.pinned !== undefined ? [[line.name, line.pinned] as const] : [],
	);
	return {
		file,
		releases: new Map(pinned),
		python: /^#.*\bwith python (\d+\.\d+)/im.exec(text.slice(0, 4_096))?.[1],
		isSound: faultsOfLines(lines).every(({ severity }) => severity === "warn"),
	};
}
