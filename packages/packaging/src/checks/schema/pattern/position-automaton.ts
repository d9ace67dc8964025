import type { CharSet } from "./char-set.ts";
import { PatternFault, type PatternNode } from "./parse-pattern.ts";

/** The positions of a pattern (each place where a character stands) and which may follow which: Glushkov's construction. */
export interface PositionAutomaton {
	readonly sets: readonly CharSet[];
	readonly first: readonly number[];
	readonly follow: readonly ReadonlySet<number>[];
	/** Quantifiers whose number of rounds is open. */
	readonly loops: number;
	/** Whether two loops, one in the other, lead from one position to the same next one: each doubles the ways at every round. */
	readonly doubled: boolean;
	/** Lookarounds, each by itself. */
	readonly looks: readonly { readonly body: PatternNode; readonly inLoop: boolean }[];
}

interface Part {
	readonly first: readonly number[];
	readonly last: readonly number[];
	readonly nullable: boolean;
}

const MAX_POSITIONS = 1_000;
const MAX_FOLLOWS = 20_000;
const EMPTY: Part = { first: [], last: [], nullable: true };

/** `x{n}` is written out n times; `x{n,m}` counts as n times and a loop: it can take as many ways, never more. Throws PatternFault. */
export function positionAutomaton(pattern: PatternNode): PositionAutomaton {
	const sets: CharSet[] = [];
	const follow: Set<number>[] = [];
	const looks: { body: PatternNode; inLoop: boolean }[] = [];
	let repeats = 0;
	const counted = new Set<PatternNode>();
	let follows = 0;
	let doubled = false;

	const link = (from: readonly number[], to: readonly number[], loop: boolean): void => {
		for (const position of from) {
			for (const next of to) {
				if (loop && follow[position]!.has(next)) doubled = true;
				follow[position]!.add(next);
				if (++follows > MAX_FOLLOWS) throw new PatternFault("it has too many ways to go on");
			}
		}
	};
	const join = (left: Part, right: Part): Part => {
		link(left.last, right.first, false);
		return {
			first: left.nullable ? [...left.first, ...right.first] : left.first,
			last: right.nullable ? [...left.last, ...right.last] : right.last,
			nullable: left.nullable && right.nullable,
		};
	};
	const build = (node: PatternNode): Part => {
		switch (node.kind) {
			case "chars": {
				const at = sets.push(node.set) - 1;
				if (at >= MAX_POSITIONS) throw new PatternFault(`written out it has more than ${MAX_POSITIONS} characters`);
				follow.push(new Set());
				return { first: [at], last: [at], nullable: false };
			}
			case "assertion":
				return EMPTY;
			case "look":
				looks.push({ body: node.body, inLoop: repeats > 0 });
				return EMPTY;
			case "sequence":
				return node.parts.map(build).reduce(join, EMPTY);
			case "choice": {
				const branches = node.branches.map(build);
				return {
					first: branches.flatMap((branch) => branch.first),
					last: branches.flatMap((branch) => branch.last),
					nullable: branches.some((branch) => branch.nullable),
				};
			}
			case "repeat": {
				repeats++;
				const part = repeat(node);
				repeats--;
				return part;
			}
		}
	};
	const repeat = (node: PatternNode & { kind: "repeat" }): Part => {
		let part = EMPTY;
		for (let round = 0; round < node.min - (node.max > node.min && node.max > 1 ? 1 : 0); round++) {
			if (round > MAX_POSITIONS) throw new PatternFault(`a part repeats more than ${MAX_POSITIONS} times`);
			part = join(part, build(node.body));
		}
		if (node.max === node.min) return part;
		const body = build(node.body);
		if (node.max > 1) {
			counted.add(node);
			link(body.last, body.first, true);
		}
		return join(part, node.min === 0 ? { ...body, nullable: true } : body);
	};

	const { first } = build(pattern);
	return { sets, first, follow, loops: counted.size, doubled, looks };
}
