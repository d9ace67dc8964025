import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { FileNotifier, openEvidenceLog } from "@headgate/adapters/filesystem";
import { openSqliteJournal, SqliteOutcomes } from "@headgate/adapters/sqlite";
import {
	createControlApp,
	EffectPerformer,
	Fleet,
	Outcomes,
	Rollouts,
	StateKeeper,
	SYSTEM,
	startControlLoop,
	Traffic,
} from "@headgate/control";
import { HeadgateError } from "@headgate/protocol";
import { createAdaptorServer } from "@hono/node-server";
import { createDataFolder, type DataFolder } from "../config/data-folder.ts";
import { asFault } from "../terminal/as-fault.ts";
import { packageStore } from "../wiring/package-store.ts";
import { newestEpoch } from "./newest-epoch.ts";
import { openLog } from "./open-log.ts";
import { LOOPBACK, readEnvironment, report } from "./process-messages.ts";

/** As long as an upload may lie untouched. */
const UPLOAD_MS = 24 * 3_600_000;
/** Ten passes a second that fail alike would fill the disk with one line. */
const SAME_FAULT_MS = 60_000;

/**
 * The control process: journal, decisions, API. Started by `headgate up`, which restarts it when its loop misses its heartbeat.
 * Everything it knows is in the data folder, so a kill at any point costs nothing but the time to start again.
 */
async function main(): Promise<void> {
	const { data, controlPort, busToken } = readEnvironment();
	const folder = createDataFolder(data);
	const log = openLog("control", folder.log);
	const clock = Date.now;
	const journal = await openSqliteJournal(folder.journal, clock);
	const evidence = await openEvidenceLog(folder.evidence);
	const keeper = await StateKeeper.open(journal);
	await prepare(keeper, folder);
	const secret = stickySecret(folder);
	const fleet = new Fleet({ clock, stickySecret: secret, table: keeper.installation.table });
	const rollouts = new Rollouts({ keeper, evidence, fleet, clock });
	await rollouts.recover();
	const outcomes = new Outcomes({ keeper, rollouts, store: new SqliteOutcomes(folder.outcomes), secretHex: secret });
	await outcomes.recover();
	const packages = await packageStore(folder, keeper.installation, {
		note: (message) => log.info(message),
		alarm: (message, hint) => {
			log.warn({ hint }, message);
			report({ type: "warning", message, hint });
		},
	});
	const notifier = new FileNotifier(folder.notices);
	const effects = new EffectPerformer({ keeper, rollouts, fleet, packages, notifier, clock });
	let told = { fault: "", atMs: 0 };
	const onError = (error: unknown) => {
		const fault = String(error);
		if (fault !== told.fault || clock() - told.atMs >= SAME_FAULT_MS) {
			told = { fault, atMs: clock() };
			log.error({ err: error }, "a pass of the control loop failed; it is tried again");
		}
		if (error instanceof HeadgateError && error.code === "disk.full")
			report({ type: "warning", message: error.message, hint: error.hint });
	};
	const loop = startControlLoop({ keeper, rollouts, effects, fleet, clock, onError, onPass: () => report({ type: "alive" }) });
	const context = { keeper, rollouts, fleet, traffic: new Traffic(), outcomes, packages, clock, nudge: loop.nudge };
	// A part of an upload may take hours; one that falls silent is ended by who takes it in.
	const serverOptions = { requestTimeout: UPLOAD_MS };
	const server = createAdaptorServer({ fetch: createControlApp(context, busToken).fetch, serverOptions });
	server.on("error", (error: NodeJS.ErrnoException) => {
		const inUse = error.code === "EADDRINUSE";
		fatal(
			new HeadgateError(
				inUse ? "port.in-use" : "port.unusable",
				`${LOOPBACK}:${controlPort} cannot be listened on: ${error.message}`,
			),
		);
	});
	server.listen(controlPort, LOOPBACK, () => report({ type: "listening", url: `http://${LOOPBACK}:${controlPort}` }));
	process.on("SIGTERM", async () => {
		await loop.stop();
		// What cannot be sealed now (a full disk) is sealed at the next start.
		await keeper
			.exclusively(async () => {
				for (const followed of rollouts.followed()) await rollouts.seal(followed);
			})
			.catch((err: unknown) => log.warn({ err }, "the evidence could not be sealed at the end"));
		await journal.close();
		process.exit(0);
	});
	process.on("disconnect", () => process.exit(0));
}

/** The first key and this process's fencing number. */
async function prepare(keeper: StateKeeper, folder: DataFolder): Promise<void> {
	await keeper.exclusively(async () => {
		if (keeper.installation.keys.size === 0 || !existsSync(folder.key)) {
			const key = `hg_${randomBytes(24).toString("base64url")}`;
			writeFileSync(folder.key, `${key}\n`, { mode: 0o600 });
			const sha256 = createHash("sha256").update(key).digest("hex");
			const id = `admin-${keeper.installation.keys.size + 1}`;
			await keeper.append(`key/${id}`, [{ type: "KeyCreated", actor: SYSTEM, cause: null, data: { sha256 } }]);
		}
		const epoch = Math.max(keeper.installation.epoch, newestEpoch(folder)) + 1;
		await keeper.append("control", [{ type: "ControlStarted", actor: SYSTEM, cause: null, data: { epoch } }]);
	});
}

/** Salts sticky assignment; kept so that users stay with their arm over a restart. */
function stickySecret(folder: DataFolder): string {
	if (!existsSync(folder.stickySecret)) writeFileSync(folder.stickySecret, randomBytes(32).toString("hex"), { mode: 0o600 });
	return readFileSync(folder.stickySecret, "utf8").trim();
}

function fatal(error: unknown): void {
	const fault = asFault(error);
	report({ type: "fatal", error: fault.toJSON() });
	process.exitCode = 3;
	setTimeout(() => process.exit(3), 100);
}

main().catch(fatal);
