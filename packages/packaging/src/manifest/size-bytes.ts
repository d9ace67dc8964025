const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Bytes of a size as model.yaml writes it: `512Mi`, `1.5Gi`. Undefined for what is no size. */
export function sizeBytes(text: string): number | undefined {
	const [, amount, unit] = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti)$/.exec(text) ?? [];
	return amount === undefined ? undefined : Math.round(Number(amount) * UNITS[unit!]!);
}
