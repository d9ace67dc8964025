/** Multiplies by a power of ten in decimal, so that `1.1%` becomes 0.011 and not 0.011000000000000001. */
export function shiftDecimal(value: number, places: number): number {
	const [mantissa, exponent = "0"] = String(value).split("e");
	return Number(`${mantissa}e${Number(exponent) + places}`);
}

/** Writes a finite number without an exponent, so that the gate language can read it back to the same number. */
export function plainDecimal(value: number): string {
	const [mantissa = "0", exponent] = String(value).split("e");
	if (exponent === undefined) return mantissa;
	const sign = mantissa.startsWith("-") ? "-" : "";
	const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
	const places = Number(exponent);
	if (places < 0) return `${sign}0.${"0".repeat(-places - whole.length)}${whole}${fraction}`;
	return `${sign}${whole}${fraction.padEnd(places, "0")}`;
}
