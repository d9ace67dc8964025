import { isLeftOut } from "@headgate/protocol";
import { REQUIREMENTS_MAX_BYTES, readRequirements } from "../../dependencies/read-requirements.ts";
import type { CheckContext } from "../context.ts";

/** What the package's requirements pin, by normal name; undefined when it names no requirements, or G01 cannot read them. */
export async function lockedReleases(
	context: CheckContext,
): Promise<{ readonly file: string; readonly releases: ReadonlyMap<string, string> } | undefined> {
	const file = (await context.manifest())?.dependencies;
	if (file === undefined || isLeftOut(file) || !context.has(file) || !/\.(txt|lock)$/i.test(file)) return undefined;
	const text = await context.text(file, REQUIREMENTS_MAX_BYTES).catch(() => undefined);
	if (text === undefined) return undefined;
	const releases = readRequirements(text).flatMap((line) =>
		line.kind === "requirement" && line.pinned !== undefined ? [[line.name, line.pinned] as const] : [],
	);
	return { file, releases: new Map(releases) };
}

/** Whether a release comes before another: the numbers decide, and a pre-release comes before its release. */
export function belowFloor(release: string, floor: string): boolean {
	const [a, b] = [numbers(release), numbers(floor)];
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = (a[index] ?? 0) - (b[index] ?? 0);
		if (difference !== 0) return difference < 0;
	}
	return /^[\d.!v]+[-_.]?(a|b|c|rc|alpha|beta|pre|preview|dev)/i.test(release);
}

function numbers(release: string): number[] {
	const plain = /^(?:\d+!)?v?(\d+(?:\.\d+)*)/i.exec(release)?.[1] ?? "0";
	return plain.split(".").map(Number);
}
