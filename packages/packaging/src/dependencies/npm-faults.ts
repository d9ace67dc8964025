import { printable } from "../files/package-path.ts";
import type { NpmEntry, NpmLock } from "./read-npm-lock.ts";

export interface NpmFault {
	readonly code: string;
	/** Words of the lock to look for the line of. */
	readonly key: string;
	readonly message: string;
	readonly hint: string;
	readonly severity: "block" | "high";
}

const NEW_LOCK = "Delete the lock and node_modules, then run npm install with npm 7 or newer.";

/** Everything that keeps a lock from giving the same, known archives everywhere. */
export function npmFaults(lock: NpmLock): NpmFault[] {
	if (lock.lockfileVersion !== 3) {
		const message = `lockfileVersion is ${lock.lockfileVersion ?? "absent"}, 3 is read`;
		return [{ code: "dependency.npm-version", key: "lockfileVersion", message, hint: NEW_LOCK, severity: "block" }];
	}
	const registry = registryOf(lock.entries);
	return lock.entries.flatMap((entry) => entryFaults(entry, registry));
}

/** The host most entries come from: one registry per lock, whichever it is. One archive of another host is how a lock is poisoned. */
function registryOf(entries: readonly NpmEntry[]): string | undefined {
	const counts = new Map<string, number>();
	for (const { resolved } of entries) {
		const host = resolved !== undefined && URL.canParse(resolved) ? new URL(resolved).host : "";
		if (host !== "") counts.set(host, (counts.get(host) ?? 0) + 1);
	}
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function entryFaults(entry: NpmEntry, registry: string | undefined): NpmFault[] {
	const { key, version = "" } = entry;
	const shown = printable((key === "" ? "the package itself" : `${entry.name}@${version}`).slice(0, 120));
	const fault = (code: string, message: string, hint: string, severity: NpmFault["severity"]): NpmFault => {
		return { code, key, message: `${shown} ${message}`, hint, severity };
	};
	const faults: NpmFault[] = [];
	if (entry.hasInstallScript) {
		const hint = "Use a version without install scripts, or build what it makes beforehand and ship that.";
		faults.push(fault("dependency.npm-script", "runs a script when it is installed", hint, "high"));
	}
	if (key === "" || entry.isBundled) return faults;
	if (entry.isLink || !key.includes("node_modules/")) {
		return [
			...faults,
			fault("dependency.npm-source", "is a folder of the package, not an archive", "Publish it, or bundle it.", "block"),
		];
	}
	const source = sourceProblem(entry, registry);
	if (source !== undefined) faults.push(fault("dependency.npm-source", source[0], source[1], "block"));
	const integrity = integrityProblem(entry.integrity);
	if (integrity !== undefined) faults.push(fault("dependency.npm-integrity", integrity, NEW_LOCK, "high"));
	return faults;
}

function sourceProblem({ resolved, name }: NpmEntry, registry: string | undefined): readonly [string, string] | undefined {
	if (resolved === undefined) return ["has no resolved address", NEW_LOCK];
	const shown = printable(resolved.slice(0, 160));
	const url = URL.canParse(resolved) ? new URL(resolved) : undefined;
	if (url === undefined || url.protocol !== "https:" || url.username !== "" || url.password !== "") {
		return [
			`comes from '${shown}'; only https addresses of a registry are allowed`,
			"Depend on a version that is in a registry.",
		];
	}
	if (url.host !== registry) {
		return [
			`comes from ${printable(url.host)}, the others from ${printable(registry ?? "")}`,
			"Install everything from one registry, then lock again.",
		];
	}
	// The other half of a poisoned lock: the right host, and the archive of another package.
	if (!url.pathname.replace(/%2f/i, "/").replace(/%40/, "@").startsWith(`/${name}/-/`)) {
		return [`is resolved to the archive of another package: '${shown}'`, NEW_LOCK];
	}
	return undefined;
}

function integrityProblem(integrity: string | undefined): string | undefined {
	if (integrity === undefined || integrity === "") return "has no integrity";
	const digests = integrity.split(/\s+/);
	if (digests.some((digest) => /^sha512-[A-Za-z0-9+/]{86}==$/.test(digest))) return undefined;
	return `has the integrity '${printable(integrity.slice(0, 110))}', sha512 is needed`;
}
