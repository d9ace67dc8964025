import { type ArmNoise, NOISE_TAKEN_FOR_GRANTED, type RecordedTraffic } from "@headgate/core/simulation";

type NoiseKind = keyof typeof NOISE_TAKEN_FOR_GRANTED;

/** What was recorded of an endpoint's champion, as it is handed to machines. */
export interface TrafficFacts {
	readonly endpoint: string;
	readonly seconds: number;
	readonly requestsPerSecond: number;
	/** Failed answers, 0 to 1. */
	readonly errorRatio: number;
	/** By kind of trouble: noise seen between gateways, what the judge takes for granted, and what was added to the split. */
	readonly noise: Readonly<Record<NoiseKind, NoiseFacts>>;
}

interface NoiseFacts {
	readonly seen: ArmNoise | null;
	readonly takenForGranted: number;
	/** What a judge of this traffic should take for granted: what was seen, but no less than it does now. */
	readonly kappa: number;
	readonly added: number;
}

export function describeTraffic(endpoint: string, { seconds, noise }: RecordedTraffic): TrafficFacts {
	const n = seconds.reduce((sum, second) => sum + second.n, 0);
	const failed = seconds.reduce((sum, second) => sum + second.failed, 0);
	return {
		endpoint,
		seconds: seconds.length,
		requestsPerSecond: n / seconds.length,
		errorRatio: failed / n,
		noise: { errors: factsOf("errors", noise.errors), latency: factsOf("latency", noise.latency) },
	};
}

/** A split of requests has no noise of its own, so what is seen between gateways is added, or what is taken for granted where nothing is. */
function factsOf(kind: NoiseKind, seen: ArmNoise | null): NoiseFacts {
	const takenForGranted = NOISE_TAKEN_FOR_GRANTED[kind];
	const kappa = Math.max(takenForGranted, seen?.kappa ?? 0);
	return { seen, takenForGranted, kappa, added: seen?.kappa ?? takenForGranted };
}

/** The facts for people: a line above the table, and below it what to do about the noise. */
export function renderTraffic({ endpoint, seconds, requestsPerSecond, errorRatio }: TrafficFacts): string {
	const rate = requestsPerSecond < 10 ? requestsPerSecond.toFixed(1) : String(Math.round(requestsPerSecond));
	const answers = `${rate} answers/s, ${(100 * errorRatio).toFixed(2)} % failed`;
	return `${endpoint}: ${seconds.toLocaleString("en")} s of its champion, ${answers}; split against itself, so that every rollback is a false alarm`;
}

export function renderNoise({ noise }: TrafficFacts): string[] {
	return [...noiseLines("failed answers", noise.errors), ...noiseLines("slow answers", noise.latency)];
}

function noiseLines(what: string, { seen, takenForGranted, added }: NoiseFacts): string[] {
	if (seen === null) {
		return [
			`noise of ${what}: not to be seen here (one gateway, or too little); ${percent(added)} is added, which the judge expects`,
		];
	}
	const found = `noise of ${what}: ${percent(seen.kappa)} between gateways, at most ${percent(seen.most)} (${seen.blocks} blocks of 5 s)`;
	if (seen.kappa <= takenForGranted) return [`${found}; the judge expects ${percent(takenForGranted)}: nothing to do`];
	return [
		`${found}; MORE than the ${percent(takenForGranted)} that the judge expects`,
		"  until copies of one version behave alike, give the gate a wider tolerance and see here what it does",
	];
}

function percent(ratio: number): string {
	return `${Math.round(100 * ratio)} %`;
}
