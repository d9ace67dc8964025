import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { printable } from "../../files/package-path.ts";

/** An interpreter whose pip can resolve. */
export interface Python {
	/** What was run: `python3`, or a path. */
	readonly command: string;
	/** `3.11.7`. */
	readonly version: string;
	/** `linux x86_64`. */
	readonly platform: string;
	readonly pip: string;
}

const PROBE = `
import json, platform, sys
try:
    import pip
    version = pip.__version__
except ImportError:
    version = None
print(json.dumps({"version": platform.python_version(), "platform": sys.platform + " " + platform.machine(), "pip": version}))
`;
const PROBE_MS = 20_000;

/**
 * The interpreter to resolve for: the given command, else one of the wanted minor version, else `python3`. The answer is a sentence
 * when there is none: without pip 22.2, or of another minor version than the model was made with, whose archives would be others.
 */
export async function findPython(wanted: string | undefined, given: string | undefined, cwd: string): Promise<Python | string> {
	const minor = wanted === undefined ? undefined : minorOf(wanted);
	const commands = given === undefined ? [...(minor === undefined ? [] : [`python${minor}`]), "python3"] : [given];
	let reason = `there is no ${commands.join(" or ")} on this machine`;
	for (const command of commands) {
		const found = await probe(command, cwd);
		if (found === undefined) continue;
		const { version, platform, pip } = found;
		if (minor !== undefined && minorOf(version) !== minor) {
			reason = `the model was made with python ${wanted}, ${command} is ${version}`;
		} else if (pip === null || !isAtLeast(pip, 22, 2)) {
			reason = `${command} (${version}) has ${pip === null ? "no pip" : `pip ${pip}`}; pip 22.2 or newer is needed`;
		} else return { command, version, platform, pip };
	}
	return reason;
}

/** `3.11` of `3.11.7`. */
export function minorOf(version: string): string {
	return version.split(".").slice(0, 2).join(".");
}

async function probe(
	command: string,
	cwd: string,
): Promise<(Omit<Python, "command" | "pip"> & { pip: string | null }) | undefined> {
	try {
		const options = { cwd, timeout: PROBE_MS, maxBuffer: 65_536, env: pythonEnvironment() };
		const { stdout } = await promisify(execFile)(command, ["-c", PROBE], options);
		const said = JSON.parse(stdout) as { version: string; platform: string; pip: string | null };
		if (!/^\d+\.\d+\.\d+/.test(said.version)) return undefined;
		return { version: printable(said.version), platform: printable(said.platform), pip: said.pip };
	} catch {
		return undefined;
	}
}

/** The caller's own environment and pip settings (its index, its certificates); never modules from the folder it stands in. */
export function pythonEnvironment(): NodeJS.ProcessEnv {
	return { ...process.env, PYTHONSAFEPATH: "1", PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" };
}

function isAtLeast(version: string, major: number, minor: number): boolean {
	const [first = 0, second = 0] = version.split(".").map(Number);
	return first > major || (first === major && second >= minor);
}
