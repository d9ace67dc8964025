import { allowedCall } from "./allowed-call.ts";
import { ARRAY_WRAPPER } from "./joblib-array.ts";
import type { OpcodeReader } from "./opcode-reader.ts";
import type { PickleFindings } from "./pickle-findings.ts";
import {
	DICT,
	type DictValue,
	type DtypeValue,
	type GlobalValue,
	type InstanceValue,
	kindOf,
	PLAIN,
	shallow,
	TUPLE,
	type TupleValue,
	UNKNOWN,
	type Value,
} from "./pickle-value.ts";
import { shownKind, shownName } from "./shown-value.ts";

const MAX_DTYPES = 200_000;
const KEPT_ENTRIES = 32;

/** What a pickle does with values: it calls names, sets states, fills lists and dicts. What is not allowed is reported. */
export class PickleObjects {
	/** A dict was filled by way of the memo: what is kept of dicts may be out of date. */
	hasAlias = false;
	readonly #reader: OpcodeReader;
	readonly #findings: PickleFindings;
	readonly #instances = new Map<GlobalValue, InstanceValue>();
	#dtypes = 0;

	constructor(reader: OpcodeReader, findings: PickleFindings) {
		this.#reader = reader;
		this.#findings = findings;
	}

	/** What a call gives; `asNew` where the opcode calls `__new__`. */
	call(callee: Value, args: TupleValue, asNew = false): Value {
		if (this.#reader.broken !== undefined) return UNKNOWN;
		this.#findings.calls++;
		if (callee === UNKNOWN) return UNKNOWN;
		if (kindOf(callee) !== "global") {
			this.#findings.report("pickle.computed-callable", `calls ${shownKind(callee)}, no class or function that is named`);
			return UNKNOWN;
		}
		const global = callee as GlobalValue;
		global.calledAt ??= this.#reader.at;
		if (global.use === undefined) return UNKNOWN;
		const allowed = allowedCall(global, args, asNew);
		if (typeof allowed === "string") {
			this.#findings.report("pickle.global", `calls ${shownName(global)} ${allowed}`);
			return UNKNOWN;
		}
		if (allowed.makes === undefined) return PLAIN;
		return allowed.dtypeCode === undefined ? this.#instance(allowed.makes) : this.#dtype(allowed.makes, allowed.dtypeCode);
	}

	/** True: the state is that of joblib's wrapper, and an array follows. */
	setState(target: Value, state: Value): boolean {
		if (this.#reader.broken !== undefined) return false;
		this.#findings.calls++;
		if (target === UNKNOWN) return false;
		if (kindOf(target) !== "instance") {
			const message = `sets the state of ${shownKind(target)}; only what an allowed class gave has a state`;
			this.#findings.report("pickle.state", message);
			return false;
		}
		const { dtype, of } = target as InstanceValue;
		if (dtype === undefined) return of.module === ARRAY_WRAPPER.module && of.name === ARRAY_WRAPPER.name;
		dtype.state = kindOf(state) === "tuple" ? (state as TupleValue) : TUPLE;
		return false;
	}

	/** Keys and values in turn. */
	setItems(target: Value, items: readonly Value[]): undefined {
		if (items.length % 2 === 1) return this.#reader.malformed("finds a key without a value");
		const dict = kindOf(target) === "dict" ? (target as DictValue) : undefined;
		// Fetched from the memo, it may be any of the dicts whose entries are kept.
		if (dict === DICT) this.hasAlias = true;
		for (let index = 0; index < items.length; index += 2) {
			const key = items[index]!;
			const value = items[index + 1]!;
			if (key === "_sklearn_version" && typeof value === "string") this.#findings.sklearnVersion(value);
			if (dict === undefined || dict.entries === null) continue;
			if (typeof key !== "string" || (dict.entries?.size ?? 0) >= KEPT_ENTRIES) dict.entries = null;
			else {
				dict.entries ??= new Map();
				dict.entries.set(key, shallow(value));
			}
		}
		this.fill(target, "dict");
	}

	fill(target: Value, what: "list" | "dict" | "set"): undefined {
		if (target === UNKNOWN || kindOf(target) === what) return;
		if (kindOf(target) === "instance" && (target as InstanceValue).of.use?.holds === what) return;
		this.#findings.report("pickle.state", `fills ${shownKind(target)} like a ${what}`);
	}

	#instance(of: GlobalValue): InstanceValue {
		const known = this.#instances.get(of);
		if (known !== undefined) return known;
		const instance: InstanceValue = { kind: "instance", of };
		this.#instances.set(of, instance);
		return instance;
	}

	#dtype(of: GlobalValue, code: string): InstanceValue {
		if (this.#dtypes++ > MAX_DTYPES) this.#reader.limit("too many numpy types");
		const dtype: DtypeValue = { code };
		return { kind: "instance", of, dtype };
	}
}
