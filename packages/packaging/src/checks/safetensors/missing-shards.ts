import { printable } from "../../files/package-path.ts";
import type { Finding } from "../check.ts";

const SHARD = /^(.*)-(\d{5})-of-(\d{5})\.safetensors$/;
const NAMED = 10;

/** Shards that are numbered among others in the package and are not there. Those with an index are compared with it instead. */
export function missingShards(paths: readonly string[], indexes: ReadonlySet<string>): Finding[] {
	const sets = new Map<string, { base: string; count: number; numbers: Set<number> }>();
	for (const path of paths) {
		const [, base, number, count] = SHARD.exec(path) ?? [];
		if (base === undefined || indexes.has(`${base}.safetensors.index.json`)) continue;
		const key = `${base} ${count}`;
		const set = sets.get(key) ?? { base, count: Number(count), numbers: new Set() };
		sets.set(key, set);
		set.numbers.add(Number(number));
	}
	return [...sets.values()].flatMap(({ base, count, numbers }) => {
		const absent: string[] = [];
		for (let number = 1; number <= count && absent.length < NAMED; number++) {
			if (!numbers.has(number)) absent.push(`${base}-${padded(number)}-of-${padded(count)}.safetensors`);
		}
		if (absent.length === 0) return [];
		const message = `${numbers.size} of ${count} shards are in the package; missing: ${absent.map(printable).join(", ")}`;
		return [{ code: "safetensors.shard", message, hint: "Copy all shards again from one export.", file: `${base}.safetensors` }];
	});
}

function padded(number: number): string {
	return String(number).padStart(5, "0");
}
