/** `64.8 KiB`: as much as a person compares. */
export function renderBytes(count: number): string {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let value = count;
	let unit = 0;
	while (value >= 1_024 && unit < units.length - 1) {
		value /= 1_024;
		unit++;
	}
	return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
