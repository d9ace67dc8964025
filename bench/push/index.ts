/**
 * What a push computes of a package, every digest of the lock and the structure of its weights, beside what bare node:crypto needs for
 * two sha256 over the same bytes on two threads: a lock holds two, one of each file whole and one of its chunks, and a sha256 of the whole
 * cannot be divided among threads. Both sides read the same file from the page cache, by turns.
 */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { fileSource, hashPackage, lockedStructure, makeLock, readOnnx } from "@headgate/packaging";
import { writeDense } from "../check/dense-file.ts";
import { WEIGHTS_FILE, writePackage } from "../check/sparse-package.ts";
import { type Bench, type BenchContext, type BenchResult, NotMeasured } from "../shared/bench.ts";
import { gibibytes, median, threeDigits } from "../shared/numbers.ts";
import { renderTable } from "../shared/table.ts";
import { halves, twiceAtOnce } from "./bare-sha256.ts";

const FIRST = 0.6;
const GOAL = 0.9;
const SEED = 2;

export const pushBench: Bench = {
	name: "push",
	about: "hashing, chunk digests and format parse of a dense package against bare sha256 on two threads",
	options: {
		gibibytes: { about: "weights of the package", fallback: 2, min: 0.0625, max: 16 },
		repetitions: { about: "rounds of all sides", fallback: 7, min: 1, max: 100 },
	},
	run,
};

interface Side {
	readonly name: string;
	run(): Promise<number>;
	readonly ms: number[];
}

async function run(context: BenchContext): Promise<BenchResult> {
	const size = context.options["gibibytes"]!;
	const { bavail, bsize } = await statfs(context.folder);
	if (bavail * bsize < (size + 0.5) * 2 ** 30) {
		throw new NotMeasured(`${context.folder} has ${gibibytes(bavail * bsize)} free, ${size + 0.5} GiB are needed (set TMPDIR)`);
	}
	const root = join(context.folder, "package");
	const bytes = await writePackage(root, { version: "1.0.0", gibibytes: size });
	const weights = join(root, WEIGHTS_FILE);
	await writeDense(weights, bytes, SEED);
	const ours: Side = { name: "headgate: lock of the package", run: () => lockOf(root), ms: [] };
	const bare: Side = { name: "node:crypto: sha256 on each of two threads", run: () => twiceAtOnce(weights, bytes), ms: [] };
	const split: Side = { name: "node:crypto: half of the bytes on each", run: () => halves(weights, bytes), ms: [] };
	await measure([ours, bare, split], context.options["repetitions"]!);
	const ratio = median(ours.ms.map((ms, round) => bare.ms[round]! / ms));
	show(context, bytes, [ours, bare, split], ratio);
	return {
		figure: `${threeDigits(ratio)}x of bare sha256 on two threads`,
		first: `>= ${FIRST}x`,
		meetsFirst: ratio >= FIRST,
		goal: `>= ${GOAL}x`,
		meetsGoal: ratio >= GOAL,
		versions: { openssl: process.versions.openssl },
		measured: { bytes, cache: "warm", sides: [ours, bare, split].map(({ name, ms }) => ({ name, ms: ms.map(Math.round) })) },
	};
}

/** One round that does not count, then each side in turn; who begins moves on with each round. */
async function measure(sides: readonly Side[], rounds: number): Promise<void> {
	for (const side of sides) await side.run();
	for (let round = 0; round < rounds; round++) {
		for (let i = 0; i < sides.length; i++) {
			const side = sides[(round + i) % sides.length]!;
			side.ms.push(await side.run());
		}
	}
}

/** All that a push computes; returns ms. */
async function lockOf(root: string): Promise<number> {
	const started = performance.now();
	const files = await hashPackage(root);
	const source = await fileSource(join(root, "model.onnx"));
	const formats = [lockedStructure("model.onnx", "onnx", await readOnnx(source, "model.onnx"))];
	await source.close();
	makeLock("bench-weights", "1.0.0", files, formats, 0);
	return performance.now() - started;
}

function show(context: BenchContext, bytes: number, sides: readonly Side[], ratio: number): void {
	const rows = sides.map(({ name, ms }) => {
		const middle = median(ms);
		return [name, threeDigits(middle), threeDigits(bytes / 1e6 / middle), String(ms.length)];
	});
	context.line(`  ${bytes.toLocaleString("en")} bytes of dense weights, page cache warm`);
	for (const text of renderTable(["side", "median ms", "GB/s", "rounds"], rows)) context.line(`  ${text}`);
	context.line(`  ratio, median of the rounds: ${threeDigits(ratio)}`);
}
