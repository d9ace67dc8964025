import { randomBytes } from "node:crypto";
import { HttpBus } from "@headgate/adapters/bus-http";
import { startGateway } from "@headgate/gateway";
import { createDataFolder } from "../config/data-folder.ts";
import { asFault } from "../terminal/as-fault.ts";
import { gatewayPackages } from "../wiring/gateway-packages.ts";
import { openLog } from "./open-log.ts";
import { LOOPBACK, readEnvironment, report } from "./process-messages.ts";

/** Version of the gateway code, told to control. */
const BUILD = "0.1.0";

/** One gateway process: a worker of node:cluster, sharing its port with the others. Knows control by the bus only. */
async function main(): Promise<void> {
	const { data, controlPort, gatewayPort, busToken, gatewayId } = readEnvironment();
	const folder = createDataFolder(data);
	const log = openLog(gatewayId, folder.log);
	const bus = new HttpBus(`http://${LOOPBACK}:${controlPort}`, busToken);
	const gateway = await startGateway({
		id: gatewayId,
		boot: randomBytes(8).toString("hex"),
		build: BUILD,
		listen: { host: LOOPBACK, port: gatewayPort },
		bus,
		packages: await gatewayPackages(folder),
		stateDir: folder.gateway(gatewayId),
		log,
	});
	report({ type: "listening", url: `http://${LOOPBACK}:${gatewayPort}` });
	const stop = async () => {
		await gateway.close();
		process.exit(0);
	};
	process.on("SIGTERM", stop);
	process.on("disconnect", stop);
}

main().catch((error: unknown) => {
	const fault = asFault(error);
	report({ type: "fatal", error: fault.toJSON() });
	process.exitCode = 3;
	setTimeout(() => process.exit(3), 100);
});
