import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HeadgateError } from "@headgate/protocol";

/** Where things lie in a data folder. */
export interface DataFolder {
	readonly root: string;
	readonly journal: string;
	readonly evidence: string;
	readonly outcomes: string;
	readonly packages: string;
	readonly notices: string;
	readonly stickySecret: string;
	/** The first key, readable by its owner only. */
	readonly key: string;
	/** Where the running processes listen. */
	readonly up: string;
	readonly log: string;
	gateway(id: string): string;
}

export function dataFolder(root: string): DataFolder {
	const at = (...names: string[]) => path.resolve(root, ...names);
	return {
		root: at(),
		journal: at("journal.sqlite"),
		evidence: at("evidence"),
		outcomes: at("outcomes.sqlite"),
		packages: at("packages"),
		notices: at("notices.ndjson"),
		stickySecret: at("sticky.secret"),
		key: at("admin.key"),
		up: at("up.json"),
		log: at("headgate.log"),
		gateway: (id) => at("gateways", id),
	};
}

/** Makes the folder, for its owner only. Throws `data.unusable`. */
export function createDataFolder(root: string): DataFolder {
	const folder = dataFolder(root);
	try {
		mkdirSync(folder.root, { recursive: true, mode: 0o700 });
	} catch (cause) {
		throw new HeadgateError("data.unusable", `the data folder ${folder.root} cannot be made: ${(cause as Error).message}`, {
			cause,
		});
	}
	return folder;
}

export interface UpFile {
	readonly pid: number;
	readonly control: string;
	readonly gateway: string;
}

/** Written once everything listens: a start that fails leaves the file of those that run. */
export function writeUpFile(folder: DataFolder, up: UpFile): void {
	writeFileSync(folder.up, `${JSON.stringify(up)}\n`, { mode: 0o600 });
}

/** Where the processes of this data folder listen. Throws `control.not-running` when nobody ever said. */
export function readUpFile(folder: DataFolder): UpFile {
	try {
		return JSON.parse(readFileSync(folder.up, "utf8")) as UpFile;
	} catch (cause) {
		throw new HeadgateError("control.not-running", `no control process runs on ${folder.root}`, { cause });
	}
}
