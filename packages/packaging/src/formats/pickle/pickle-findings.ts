import { useOf } from "./allow-list.ts";
import type { OpcodeReader } from "./opcode-reader.ts";
import type { PickleProblem, PickleRun } from "./pickle-run.ts";
import { type GlobalValue, UNKNOWN } from "./pickle-value.ts";
import { shownGlobals, shownName } from "./shown-value.ts";

const MAX_GLOBALS = 10_000;
const MAX_PROBLEMS = 100;
const MAX_VERSIONS = 10;

/** What a run has met: every name, how often something was called, and what is not allowed. */
export class PickleFindings {
	calls = 0;
	arrays = 0;
	readonly #reader: OpcodeReader;
	readonly #globals = new Map<string, GlobalValue>();
	readonly #problems: PickleProblem[] = [];
	readonly #sklearnVersions = new Set<string>();

	constructor(reader: OpcodeReader) {
		this.#reader = reader;
	}

	/** Further problems would not be kept. */
	get isFull(): boolean {
		return this.#problems.length >= MAX_PROBLEMS;
	}

	/** The one value of a name, wherever it is named. */
	global(module: string, name: string): GlobalValue | typeof UNKNOWN {
		const key = `${module}\n${name}`;
		const known = this.#globals.get(key);
		if (known !== undefined) return known;
		if (this.#globals.size >= MAX_GLOBALS) {
			this.#reader.limit(`more than ${MAX_GLOBALS.toLocaleString("en")} different names`);
			return UNKNOWN;
		}
		const global: GlobalValue = { kind: "global", module, name, use: useOf(module, name), at: this.#reader.at };
		this.#globals.set(key, global);
		return global;
	}

	sklearnVersion(version: string): void {
		if (this.#sklearnVersions.size < MAX_VERSIONS) this.#sklearnVersions.add(version);
	}

	report(code: PickleProblem["code"], message: string, offset = this.#reader.at): undefined {
		if (!this.isFull) this.#problems.push(problem(code, offset, message));
	}

	/** Takes over what another run over the same source found. */
	adopt(run: PickleRun): undefined {
		this.calls += run.calls;
		this.arrays += run.arrays;
		for (const global of run.globals) {
			const known = this.#globals.get(`${global.module}\n${global.name}`);
			if (known === undefined) this.#globals.set(`${global.module}\n${global.name}`, global);
			else if (global.calledAt !== undefined) known.calledAt ??= global.calledAt;
		}
		for (const version of run.sklearnVersions) this.#sklearnVersions.add(version);
		for (const found of run.problems) {
			if (found.code !== "pickle.global" && found.code !== "pickle.malformed" && !this.isFull) this.#problems.push(found);
		}
	}

	result(run: Pick<PickleRun, "end" | "opcodes" | "hasHeader">): PickleRun {
		const { broken } = this.#reader;
		const globals = [...this.#globals.values()];
		const problems = globals.filter(({ use }) => use === undefined).map(notAllowed);
		problems.push(...this.#problems);
		if (broken !== undefined) {
			const so = globals.length === 0 ? "" : `; what stands before it is executed all the same: ${shownGlobals(globals)}`;
			const code = broken.limit === true ? "pickle.limit" : "pickle.malformed";
			problems.push(problem(code, broken.offset, `is no whole pickle: ${broken.message}${so}`));
		}
		return {
			...run,
			end: broken === undefined ? run.end : undefined,
			broken,
			globals,
			problems: problems.slice(0, MAX_PROBLEMS),
			calls: this.calls,
			sklearnVersions: this.#sklearnVersions,
			arrays: this.arrays,
		};
	}
}

function notAllowed(global: GlobalValue): PickleProblem {
	const verb = global.calledAt === undefined ? "names" : "calls";
	const message = `${verb} ${shownName(global)}, which is not on the allow-list`;
	return problem("pickle.global", global.calledAt ?? global.at, message);
}

function problem(code: PickleProblem["code"], offset: number, message: string): PickleProblem {
	return { code, offset, message: `at offset ${offset.toLocaleString("en")} ${message}` };
}
