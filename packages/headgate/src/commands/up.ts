import type { Command } from "commander";
import { numberSetting, SETTINGS } from "../config/settings.ts";
import { startSupervisor } from "../processes/supervisor.ts";
import { contextOf } from "./context.ts";

export function addUpCommand(program: Command): void {
	const { controlPort, gatewayPort, gateways } = SETTINGS;
	const command = program.command("up").description("run control and gateways here until stopped");
	for (const row of [controlPort, gatewayPort, gateways])
		command.option(row.flag, `${row.meaning} (default ${row.fallback}, or ${row.variable})`);
	command.action(async (_: unknown, self: Command) => {
		const { output, flags, folder } = contextOf(self);
		const supervisor = await startSupervisor({
			data: folder.root,
			controlPort: numberSetting("controlPort", flags),
			gatewayPort: numberSetting("gatewayPort", flags),
			gateways: numberSetting("gateways", flags),
			onNews: (news) => (output.json ? output.record({ type: "news", news }) : process.stderr.write(`${news}\n`)),
			onProcess: (name, pid) => output.record({ type: "process", name, pid }),
		});
		const { controlUrl, gatewayUrl } = supervisor;
		output.line(`control   ${controlUrl}   (key in ${folder.key})`);
		output.line(`gateway   ${gatewayUrl}   x ${numberSetting("gateways", flags)}`);
		output.line(`data      ${folder.root}`);
		output.line("stop with Ctrl-C");
		output.record({ type: "up", control: controlUrl, gateway: gatewayUrl, data: folder.root, key: folder.key });
		const asked = new Promise<void>((resolve) => {
			for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
		});
		try {
			await Promise.race([asked, supervisor.failed]);
		} finally {
			await supervisor.stop();
		}
		output.result({ type: "result", stopped: true });
		process.exit(0);
	});
}
