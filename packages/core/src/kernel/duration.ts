const UNITS_MS: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1_000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
	w: 604_800_000,
};

/** Reads `250ms 90s 5m 24h 3d 1w` into milliseconds; undefined when the text is no duration. Range: 0 to 10 years. */
export function parseDurationMs(text: string): number | undefined {
	const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text.trim());
	if (match === null) return undefined;
	const ms = Number(match[1]) * UNITS_MS[match[2]!]!;
	return ms <= 10 * 365 * UNITS_MS["d"]! ? ms : undefined;
}

/** Writes milliseconds the way a person would say them: `250 ms`, `12.5 s`, `3 min 20 s`, `72 h`. */
export function renderDuration(ms: number): string {
	if (ms < 1_000) return `${Math.round(ms)} ms`;
	if (ms < 60_000) return `${trim(ms / 1_000)} s`;
	if (ms < 3_600_000) return withRest(ms, 60_000, "min", 1_000, "s");
	return withRest(ms, 3_600_000, "h", 60_000, "min");
}

function withRest(ms: number, unit: number, name: string, restUnit: number, restName: string): string {
	const rounded = Math.round(ms / restUnit) * restUnit;
	const rest = Math.round((rounded % unit) / restUnit);
	const whole = `${Math.floor(rounded / unit)} ${name}`;
	return rest === 0 ? whole : `${whole} ${rest} ${restName}`;
}

function trim(value: number): string {
	return String(Math.round(value * 10) / 10);
}
