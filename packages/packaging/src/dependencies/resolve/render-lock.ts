import type { Python } from "./find-python.ts";
import type { LockedDistribution } from "./resolve-requirements.ts";

/** A lock in pip's --require-hashes form, with a head that says what it was made from and for. */
export function renderRequirementsLock(locked: readonly LockedDistribution[], python: Python, from: readonly string[]): string {
	const head = [
		`# Resolved by headgate init from ${from.join(", ")}`,
		`# with python ${python.version} and pip ${python.pip} on ${python.platform}.`,
		"# The hashes are those of the wheels for that python and platform.",
		"# Install: python -m pip install --require-hashes --only-binary :all: -r requirements.lock",
	];
	const lines = locked.map(({ name, version, hashes }) => {
		return [`${name}==${version}`, ...hashes.map((hash) => `    --hash=${hash}`)].join(" \\\n");
	});
	return `${[...head, ...lines].join("\n")}\n`;
}
