import type { ReadAt } from "../../files/read-at.ts";
import { runPickle } from "../pickle/pickle-machine.ts";
import type { PickleProblem, PickleRun } from "../pickle/pickle-run.ts";
import { StorageTable } from "./storages.ts";

/** Protocol 2, LONG1 of 10 bytes: 0x1950a86a20f9469cfc6c, STOP. */
const MAGIC = Buffer.from("80028a0a6cfc9c46f920 6aa850192e".replace(" ", ""), "hex");
/** The magic number, the protocol, what machine wrote it, the object, and the keys of the storages. */
const PICKLES = 5;
const OBJECT = 3;
const COUNT_BYTES = 8;

/** Whether a file is of the form that torch.save wrote before 1.6: pickles, then the bytes of the storages. */
export async function isLegacyTorch(source: ReadAt): Promise<boolean> {
	return MAGIC.equals(Buffer.from(await source.read(0, MAGIC.length)));
}

/** Runs the five pickles and compares the storages behind them with what the object refers to: they must end with the file. */
export async function readLegacyTorch(source: ReadAt, signal?: AbortSignal): Promise<readonly PickleRun[]> {
	const budget = { opcodes: 50_000_000 };
	const storages = new StorageTable();
	const runs: PickleRun[] = [];
	let at = 0;
	while (runs.length < PICKLES) {
		const persistentId = runs.length === OBJECT ? { persistentId: storages.take } : {};
		const run = await runPickle(source, at, { signal, budget, ...persistentId });
		runs.push(run);
		if (run.end === undefined) return runs;
		at = run.end;
	}
	const problems = [
		...((await isTar(source, at)) ? [problem(0, "is a tar archive too, which torch would read instead")] : []),
		...storages.problems.map(({ offset, message }) => problem(offset, message)),
		...(await storageProblems(source, at, storages)),
	];
	const last = runs.pop()!;
	return [...runs, { ...last, problems: [...last.problems, ...problems] }];
}

/** torch writes them in the order of their keys: the number of items, then the items. */
async function storageProblems(source: ReadAt, from: number, { byKey }: StorageTable): Promise<PickleProblem[]> {
	let at = from;
	for (const key of [...byKey.keys()].sort()) {
		const { items, itemBytes } = byKey.get(key)!;
		const head = Buffer.from(await source.read(at, COUNT_BYTES));
		const written = head.length < COUNT_BYTES ? undefined : head.readBigInt64LE(0);
		if (written !== BigInt(items)) {
			const got = written === undefined ? "the file ends there" : `got ${written.toLocaleString("en")}`;
			return [problem(at, `storage ${key.slice(0, 40)} should have ${items.toLocaleString("en")} items, ${got}`)];
		}
		at += COUNT_BYTES + items * itemBytes;
	}
	const [missing, more] = [at > 0 && (await source.read(at - 1, 1)).length === 0, (await source.read(at, 1)).length > 0];
	if (missing) return [problem(from, `the storages end at offset ${at.toLocaleString("en")}, the file before that`)];
	return more ? [problem(at, "the storages are over, and more follows")] : [];
}

/** torch tries tar first, which Python recognises by a checksum over the first 512 bytes and nothing else. */
async function isTar(source: ReadAt, end: number): Promise<boolean> {
	const head = await source.read(0, 512);
	if (head.length < 512 || end < 14) return false;
	const written = /^[ 0]*([0-7]{1,7})/.exec(Buffer.from(head.subarray(148, 156)).toString("latin1"))?.[1];
	const sum = head.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
	return written !== undefined && Number.parseInt(written, 8) === sum;
}

function problem(offset: number, message: string): PickleProblem {
	return { code: "pickle.malformed", offset, message: `at offset ${offset.toLocaleString("en")} ${message}` };
}
