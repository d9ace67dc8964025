import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "@headgate/adapters/loopback";
import type { BenchContext } from "../shared/bench.ts";
import { childrenOf } from "../shared/cpu-time.ts";
import { accepting, end, until } from "../shared/processes.ts";

export interface NginxProxy {
	readonly port: number;
	/** The one worker that proxies. */
	readonly workerPid: number;
	/** The one worker behind it, which only returns a constant. */
	readonly upstreamPid: number;
}

/** nginx with one worker that splits callers over two upstreams, and a second nginx with one worker that is both of them. */
export async function startNginx(context: BenchContext, answer: string): Promise<NginxProxy> {
	const [port, first, second] = (await freePorts(3)) as [number, number, number];
	const upstreamPid = await start(context, "upstream", upstreams([first, second], answer));
	const workerPid = await start(context, "proxy", proxy(port, first, second));
	for (const each of [first, second, port]) await accepting(each);
	return { port, workerPid, upstreamPid };
}

/** Starts one nginx in a folder of its own and returns the process id of its worker. */
async function start(context: BenchContext, name: string, http: string): Promise<number> {
	const folder = join(context.folder, `nginx-${name}`);
	await mkdir(folder, { recursive: true });
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`);
	const text = `worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 1024; }
http {
	access_log off;
	keepalive_requests 1000000000;
	${temporary.join("\n\t")}
${http}
}
`;
	const file = join(folder, "nginx.conf");
	await writeFile(file, text);
	const child = spawn("nginx", ["-p", folder, "-c", file, "-e", join(folder, "error.log"), "-g", "daemon off;"], {
		stdio: "ignore",
	});
	context.atEnd(() => end(child));
	await until(`nginx (${name}) has a worker`, () => childrenOf(child.pid!).length === 1, 10_000);
	return childrenOf(child.pid!)[0]!;
}

function upstreams(ports: readonly number[], answer: string): string {
	return ports
		.map((port) => `	server { listen 127.0.0.1:${port}; default_type application/json; location / { return 200 '${answer}'; } }`)
		.join("\n");
}

/** 10 % of the callers to the second upstream, by the same header that Headgate's sticky routing reads. */
function proxy(port: number, first: number, second: number): string {
	const upstream = (name: string, to: number): string =>
		`	upstream ${name} { server 127.0.0.1:${to}; keepalive 64; keepalive_requests 1000000000; }`;
	return `${upstream("champion", first)}
${upstream("challenger", second)}
	split_clients "$http_x_user_id" $arm { 10% challenger; * champion; }
	server {
		listen 127.0.0.1:${port};
		location / {
			proxy_pass http://$arm;
			proxy_http_version 1.1;
			proxy_set_header Connection "";
		}
	}`;
}
