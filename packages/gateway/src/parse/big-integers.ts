/**
 * BigInt only where it is wanted: fields of datatype INT64 and UINT64 keep it, everything else becomes a number, as JSON.parse
 * alone would have made it. Changes the instances in place.
 */
export function keepBigIntsOf(instances: readonly unknown[], exactFields: ReadonlySet<string>): void {
	for (const instance of instances) {
		if (typeof instance !== "object" || instance === null) continue;
		for (const name of Object.keys(instance)) {
			const value = (instance as Record<string, unknown>)[name];
			if (typeof value === "string" || typeof value === "number" || exactFields.has(name)) continue;
			const number = rounded(value);
			if (number !== value) define(instance, name, number);
		}
	}
}

/** A copy with every BigInt as a number, for validators, which know only numbers. The same value when there is none. */
export function rounded(value: unknown): unknown {
	if (typeof value === "bigint") return Number(value);
	if (Array.isArray(value)) return value.some(holdsBigInt) ? value.map(rounded) : value;
	if (typeof value !== "object" || value === null || !holdsBigInt(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry)]));
}

function holdsBigInt(value: unknown): boolean {
	if (typeof value === "bigint") return true;
	return typeof value === "object" && value !== null && Object.values(value).some(holdsBigInt);
}

/** Never an assignment: a key named __proto__ must stay a key. */
function define(target: object, name: string, value: unknown): void {
	Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** JSON text in which BigInt is written digit by digit. */
export function jsonWithBigInts(value: unknown): string {
	try {
		return JSON.stringify(value);
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
		return JSON.stringify(value, (_, entry) => (typeof entry === "bigint" ? raw(String(entry)) : entry));
	}
}
