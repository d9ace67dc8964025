import { HeadgateError } from "@headgate/protocol";
import { mutateBytes } from "./mutate-bytes.ts";
import { seededRandom } from "./random.ts";
import type { MutationSubject } from "./subject.ts";

export interface MutationReport {
	readonly cases: number;
	/** How often each answer came: `read`, or the code of a refusal. */
	readonly answers: Readonly<Record<string, number>>;
	readonly slowestMs: number;
	/** What no parser may answer, at most 10, each with the number of its case. */
	readonly wrong: readonly string[];
}

/** The bytes of a case: every second one has a change of structure. The same number gives the same bytes. */
export function mutationOf(subject: MutationSubject, seeds: readonly Uint8Array[], number: number): Uint8Array {
	const random = seededRandom(number);
	const seed = random.pick(seeds);
	return number % 2 === 0 ? mutateBytes(seed, random) : subject.mutateStructure(seed, random);
}

/** Feeds a parser the mutations [from, from + cases). */
export async function runMutations(
	subject: MutationSubject,
	from: number,
	cases: number,
	onCase: (number: number) => void = () => {},
): Promise<MutationReport> {
	const seeds = subject.seeds();
	const answers: Record<string, number> = {};
	const wrong: string[] = [];
	let slowestMs = 0;
	for (let number = from; number < from + cases; number++) {
		onCase(number);
		const bytes = mutationOf(subject, seeds, number);
		const started = performance.now();
		const answer = await answerOf(subject, bytes);
		slowestMs = Math.max(slowestMs, performance.now() - started);
		answers[answer] = (answers[answer] ?? 0) + 1;
		if (answer !== "read" && !subject.codes.test(answer) && wrong.length < 10) wrong.push(`case ${number}: ${answer}`);
	}
	return { cases, answers, slowestMs, wrong };
}

async function answerOf(subject: MutationSubject, bytes: Uint8Array): Promise<string> {
	try {
		await subject.parse(bytes);
		return "read";
	} catch (error) {
		return error instanceof HeadgateError ? error.code : `${(error as Error).stack}`;
	}
}
