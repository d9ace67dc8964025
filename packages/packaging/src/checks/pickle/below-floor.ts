/** Whether a release comes before another: the numbers decide, and a pre-release comes before its release. */
export function belowFloor(release: string, floor: string): boolean {
	const [a, b] = [numbers(release), numbers(floor)];
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = (a[index] ?? 0) - (b[index] ?? 0);
		if (difference !== 0) return difference < 0;
	}
	return /^[\d.!v]+[-_.]?(a|b|c|rc|alpha|beta|pre|preview|dev)/i.test(release);
}

function numbers(release: string): number[] {
	const plain = /^(?:\d+!)?v?(\d+(?:\.\d+)*)/i.exec(release)?.[1] ?? "0";
	return plain.split(".").map(Number);
}
