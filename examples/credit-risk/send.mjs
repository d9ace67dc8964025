// Sends loan applications of the holdout through the gateway at a steady rate, and says at the end who answered and how.
//   node examples/credit-risk/send.mjs [REQUESTS_PER_SECOND] [SECONDS]
// Ctrl-C (or a kill) ends it early. HEADGATE_GATEWAY_PORT names another port than 7701.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

const [perSecond = 200, seconds = 3_600] = process.argv.slice(2).map(Number);
if (!(perSecond > 0 && seconds > 0)) {
	process.stderr.write("send: expected two numbers above 0, requests per second and seconds\n");
	process.exit(2);
}
const port = Number(process.env.HEADGATE_GATEWAY_PORT ?? 7701);
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const applications = readFileSync(new URL("data/holdout.jsonl", import.meta.url), "utf8")
	.trim()
	.split("\n")
	.map((line) => JSON.parse(line));

const counts = new Map();
const startedAt = performance.now();
let sent = 0;

const ticker = setInterval(() => {
	const elapsed = Math.min(seconds, (performance.now() - startedAt) / 1_000);
	while (sent < elapsed * perSecond) send(applications[sent++ % applications.length]);
	if (elapsed >= seconds) finish();
}, 10);

// Each applicant is a user of their own: the id is the sticky key, so one applicant always meets the same version.
function send({ id, input }) {
	const headers = { "content-type": "application/json", "x-user-id": id };
	const call = request({ port, path: "/v1/models/credit-risk:predict", method: "POST", agent, headers }, (answer) => {
		answer.resume();
		count(`${answer.headers["headgate-version"] ?? "no version"}  ${answer.statusCode}`);
	});
	call.on("error", (error) => count(`no answer  ${error.code}`));
	call.end(JSON.stringify({ instances: [input] }));
}

function count(what) {
	counts.set(what, (counts.get(what) ?? 0) + 1);
}

function finish() {
	clearInterval(ticker);
	setTimeout(() => {
		console.log(`sent ${sent}`);
		for (const [what, n] of [...counts].sort()) console.log(`  ${what}  ${n}`);
		process.exit(0);
	}, 1_000);
}

process.once("SIGINT", finish);
process.once("SIGTERM", finish);
