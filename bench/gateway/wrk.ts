import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const USERS = 256;

export interface Slice {
	readonly requests: number;
	readonly seconds: number;
	readonly p50Us: number;
	readonly p99Us: number;
	/** Answers that were not 2xx or 3xx, and connections that broke. */
	readonly errors: number;
}

export interface Load {
	readonly port: number;
	readonly script: string;
	readonly connections: number;
	readonly seconds: number;
}

/** Writes the script that sends the requests: 256 callers in turn, each with its own key and body, made before the clock starts. */
export async function writeScript(folder: string, requestOf: (user: number) => { path: string; body: string }): Promise<string> {
	const lines = Array.from({ length: USERS }, (_, user) => {
		const { path, body } = requestOf(user);
		const headers = `{["content-type"]="application/json", ["x-user-id"]="user-${user}"}`;
		return `  requests[${user}] = wrk.format("POST", "${path}", ${headers}, [[${body}]])`;
	});
	const text = `local requests = {}
local next = 0
function init(args)
${lines.join("\n")}
end
function request()
  next = (next + 1) % ${USERS}
  return requests[next]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requests":%d,"us":%d,"p50Us":%d,"p99Us":%d,"errors":%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`;
	const file = join(folder, "load.lua");
	await writeFile(file, text);
	return file;
}

/** One slice of load from one thread. Throws when wrk reports nothing. */
export async function wrk({ port, script, connections, seconds }: Load): Promise<Slice> {
	const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script, `http://127.0.0.1:${port}`];
	const { stdout } = await run("wrk", args);
	const found = /RESULT (\{.*\})/.exec(stdout);
	if (found === null) throw new Error(`wrk reported nothing: ${stdout.slice(0, 500)}`);
	const { requests, us, p50Us, p99Us, errors } = JSON.parse(found[1]!) as Record<string, number>;
	return { requests: requests!, seconds: us! / 1e6, p50Us: p50Us!, p99Us: p99Us!, errors: errors! };
}
