import { overlaps } from "./char-set.ts";
import { PatternFault, type PatternNode, parsePattern } from "./parse-pattern.ts";
import { type PositionAutomaton, positionAutomaton } from "./position-automaton.ts";

export const MAX_PATTERN_LENGTH = 500;
/** Steps that one text may take. */
const MAX_STEPS = 1e8;
/** Choices outside loops, each of which can double the ways. */
const MAX_CHOICES = 10;
const MAX_COMPARISONS = 500_000;

/** How long a pattern may take on a text that somebody chose. */
export type PatternCost =
	| { readonly kind: "linear" }
	/** At most length to the power of `degree`; within reason up to `maxLength` characters. */
	| { readonly kind: "polynomial"; readonly degree: number; readonly maxLength: number }
	| { readonly kind: "refused"; readonly reason: string };

/**
 * Judges a pattern by its position automaton, never by running it. V8 backtracks, so its time is the number of ways in which a
 * pattern can read a text. Where no two continuations of a position share a character and the pattern begins with `^` there is
 * one way. Where a loop can read one text in two ways the ways double with every round: refused (Weideman et al., "Analyzing
 * Matching Time Behavior of Backtracking Regular Expression Matchers", 2016). Else each loop is another factor of the length.
 */
export function patternCost(pattern: string): PatternCost {
	const size = [...pattern].length;
	if (size > MAX_PATTERN_LENGTH)
		return refused(`it has ${size.toLocaleString("en")} characters, at most ${MAX_PATTERN_LENGTH} are judged`);
	try {
		new RegExp(pattern, "u");
	} catch (error) {
		return refused(`it is no regular expression (${(error as Error).message.slice(0, 120)})`);
	}
	try {
		const node = parsePattern(pattern);
		return costOf(node, isAnchored(node));
	} catch (error) {
		if (error instanceof PatternFault) return refused(error.message);
		throw error;
	}
}

function costOf(node: PatternNode, anchored: boolean): PatternCost {
	const automaton = positionAutomaton(node);
	const { loops, follow } = automaton;
	const choices = choicePoints(automaton);
	const cyclic = cyclicPositions(follow);
	if (automaton.doubled || (choices.length > 0 && hasTwoWays(automaton, cyclic)))
		return refused("a loop in it can read the same text in two ways");
	const free = choices.filter((position) => position === -1 || cyclic[position] === 0).length;
	if (free > MAX_CHOICES) return refused(`it has ${free} places where two ways read the same character`);
	// An anchored pattern with one way to go everywhere takes one pass, whatever it loops over.
	let degree = anchored && choices.length === 0 ? 1 : loops + (anchored ? 0 : 1);
	if (loops === 0) degree = Math.min(degree, 1);
	for (const { body, inLoop } of automaton.looks) {
		const cost = costOf(body, true);
		if (cost.kind === "refused") return cost;
		const own = cost.kind === "polynomial" ? cost.degree : Math.min(1, positionAutomaton(body).loops);
		// Looked from the beginning only, it is one more pass; from everywhere, one for each character.
		degree = anchored && !inLoop ? Math.max(degree, own) : degree + own;
	}
	if (degree <= 1) return { kind: "linear" };
	return { kind: "polynomial", degree, maxLength: Math.floor(MAX_STEPS ** (1 / degree) + 1e-6) };
}

/** Positions with two continuations that share a character; -1 is the beginning. */
function choicePoints({ sets, first, follow }: PositionAutomaton): number[] {
	const ambiguous = (next: readonly number[]): boolean => {
		const ranges = next.flatMap((position) => sets[position]!).sort((a, b) => a[0] - b[0]);
		return ranges.some(([from], index) => index > 0 && from <= ranges[index - 1]![1]);
	};
	const found = follow.flatMap((next, position) => (ambiguous([...next]) ? [position] : []));
	return ambiguous(first) ? [-1, ...found] : found;
}

/** For each position the number of its cycle, from 1; 0 for those on none. Tarjan's algorithm, without recursion. */
function cyclicPositions(follow: readonly ReadonlySet<number>[]): number[] {
	const cycle = follow.map(() => 0);
	const index = follow.map(() => -1);
	const low = follow.map(() => 0);
	const open: number[] = [];
	const isOpen = new Set<number>();
	let [counter, cycles] = [0, 0];
	for (let root = 0; root < follow.length; root++) {
		if (index[root] !== -1) continue;
		const path: { at: number; rest: Iterator<number> }[] = [];
		const enter = (at: number): void => {
			index[at] = low[at] = counter++;
			open.push(at);
			isOpen.add(at);
			path.push({ at, rest: follow[at]!.values() });
		};
		enter(root);
		while (path.length > 0) {
			const { at, rest } = path.at(-1)!;
			const step = rest.next();
			if (step.done === true) {
				path.pop();
				const parent = path.at(-1)?.at;
				if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[at]!);
				if (low[at] !== index[at]) continue;
				const members = open.splice(open.indexOf(at));
				for (const member of members) isOpen.delete(member);
				if (members.length === 1 && !follow[at]!.has(at)) continue;
				cycles++;
				for (const member of members) cycle[member] = cycles;
			} else if (index[step.value] === -1) enter(step.value);
			else if (isOpen.has(step.value)) low[at] = Math.min(low[at]!, index[step.value]!);
		}
	}
	return cycle;
}

/**
 * Whether two different walks inside one cycle read the same text between the same two positions. Follows pairs of positions
 * that one text can reach together, from one position to two, and asks whether two can come together again.
 */
function hasTwoWays({ sets, follow }: PositionAutomaton, cycle: readonly number[]): boolean {
	const size = sets.length;
	let comparisons = 0;
	const steps = (a: number, b: number): number[] => {
		const pairs: number[] = [];
		for (const nextA of follow[a]!) {
			if (cycle[nextA] !== cycle[a]) continue;
			comparisons += follow[b]!.size;
			if (comparisons > MAX_COMPARISONS) throw new PatternFault("its loops are too tangled to be judged");
			for (const nextB of follow[b]!) {
				if (cycle[nextB] === cycle[b] && overlaps(sets[nextA]!, sets[nextB]!)) pairs.push(nextA * size + nextB);
			}
		}
		return pairs;
	};
	const seen = new Set<number>();
	const queue: number[] = [];
	for (let position = 0; position < size; position++) if (cycle[position] !== 0) queue.push(position * size + position);
	for (const start of queue) seen.add(start);
	for (const pair of queue) {
		const [a, b] = [Math.floor(pair / size), pair % size];
		for (const next of steps(a, b)) {
			// Every pair here was reached from one position; where it comes together again, the second way is closed.
			if (a !== b && Math.floor(next / size) === next % size) return true;
			if (seen.has(next)) continue;
			seen.add(next);
			queue.push(next);
		}
	}
	return false;
}

function isAnchored(node: PatternNode): boolean {
	if (node.kind === "assertion") return node.start;
	if (node.kind === "sequence") return node.parts.length > 0 && isAnchored(node.parts[0]!);
	return node.kind === "choice" && node.branches.every(isAnchored);
}

function refused(reason: string): PatternCost {
	return { kind: "refused", reason };
}
