const INTEGER_RANGES: ReadonlyMap<string, readonly [bigint, bigint]> = new Map(
	[8, 16, 32, 64].flatMap((bits): [string, [bigint, bigint]][] => [
		[`INT${bits}`, [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n]],
		[`UINT${bits}`, [0n, 2n ** BigInt(bits) - 1n]],
	]),
);
const FLOATS = new Set(["FP16", "BF16", "FP32", "FP64"]);
const LARGEST_FP32 = 3.4028234663852886e38;

/** Why a tensor of `given` cannot feed a field of `wanted`; null when it can. Numbers widen; nothing else converts. */
export function datatypeRefusal(given: unknown, wanted: string): string | null {
	if (typeof given !== "string") return `must be a string, expected ${wanted}`;
	if (given === "FP16" || given === "BF16") return `${given} has no form in JSON; send FP32`;
	const isNumeric = FLOATS.has(given) || INTEGER_RANGES.has(given);
	if (!isNumeric && given !== "BOOL" && given !== "BYTES")
		return `${JSON.stringify(given.slice(0, 32))} is no datatype, expected ${wanted}`;
	if (given === wanted || (FLOATS.has(wanted) && isNumeric)) return null;
	if (INTEGER_RANGES.has(wanted) && INTEGER_RANGES.has(given)) return null;
	return `is ${given}, expected ${wanted}`;
}

/** Why an element does not fit; null when it does. Whether null is allowed is for the input schema to say. */
export function elementRefusal(value: unknown, given: string, wanted: string): string | null {
	if (value === null) return null;
	if (given === "BOOL") return typeof value === "boolean" ? null : `must be true or false, got ${typeof value}`;
	if (given === "BYTES") return typeof value === "string" ? null : `must be a string, got ${typeof value}`;
	if (typeof value !== "number" && typeof value !== "bigint") return `must be a number of ${given}, got ${typeof value}`;
	if (FLOATS.has(given)) {
		const limit = given === "FP32" ? LARGEST_FP32 : Number.MAX_VALUE;
		return Math.abs(Number(value)) <= limit ? null : `is beyond the range of ${given}`;
	}
	return integerRefusal(value, given) ?? (INTEGER_RANGES.has(wanted) ? integerRefusal(value, wanted) : null);
}

function integerRefusal(value: number | bigint, datatype: string): string | null {
	if (typeof value === "number" && !Number.isInteger(value)) return `must be a whole number of ${datatype}`;
	const [lowest, highest] = INTEGER_RANGES.get(datatype)!;
	return value >= lowest && value <= highest ? null : `is beyond the range of ${datatype}`;
}
