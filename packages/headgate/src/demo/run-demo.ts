import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePorts } from "@headgate/adapters/loopback";
import { HeadgateError } from "@headgate/protocol";
import { dataFolder } from "../config/data-folder.ts";
import { readYaml } from "../config/read-yaml.ts";
import { startSupervisor } from "../processes/supervisor.ts";
import { ControlClient } from "../remote/control-client.ts";
import type { Output } from "../terminal/output.ts";
import { playDemo } from "./play-demo.ts";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/credit-risk", import.meta.url));

/** Starts an installation of its own on free ports, plays the demo against it, and says where everything lies. */
export async function runDemo(output: Output, keep: boolean): Promise<void> {
	const data = mkdtempSync(path.join(tmpdir(), "headgate-demo-"));
	const folder = dataFolder(data);
	const [controlPort, gatewayPort] = await freePorts(2);
	const onNews = (news: string) => output.line(output.paint("yellow", news));
	const supervisor = await startSupervisor({
		data,
		controlPort: controlPort!,
		gatewayPort: gatewayPort!,
		gateways: 2,
		onNews,
	});
	output.line(`control ${supervisor.controlUrl}   gateway ${supervisor.gatewayUrl} x 2   data ${data}`);
	const interrupted = new Promise<never>((_, reject) => {
		process.once("SIGINT", () =>
			reject(new HeadgateError("demo.interrupted", "the demo was interrupted", { hint: `what happened so far lies in ${data}` })),
		);
	});
	try {
		const client = new ControlClient(folder);
		const demo = playDemo({
			client,
			folder,
			gatewayUrl: supervisor.gatewayUrl,
			example: EXAMPLE,
			endpoint: readYaml(path.join(EXAMPLE, "endpoint.yaml")),
			output,
		});
		const result = await Promise.race([demo, supervisor.failed, interrupted]);
		output.line();
		output.line(`everything lies in ${data}: journal.sqlite, evidence/, packages/, headgate.log`);
		output.line(`  look:    ./headgate --data ${data} audit log`);
		output.line(`  replay:  ./headgate --data ${data} replay credit-risk-3`);
		output.line("  next:    docs/guide/first-rollout.md");
		output.result({ type: "result", data, ...result });
		if (keep) {
			output.line("still running; stop with Ctrl-C");
			await interrupted.catch(() => undefined);
		}
	} catch (error) {
		if (!(error instanceof HeadgateError) || error.code !== "demo.failed") throw error;
		const hint = `everything lies in ${data}: \`./headgate --data ${data} audit log\`. A machine that is busy with other things is too slow for its latency gate: try again when it is not.`;
		throw new HeadgateError(error.code, error.message, { hint, cause: error });
	} finally {
		await supervisor.stop();
	}
	process.exit(process.exitCode ?? 0);
}
