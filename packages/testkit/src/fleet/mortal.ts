import type { EvidenceStore, Notifier } from "@headgate/control";
import type { Journal } from "@headgate/control/journal";

/** Where control ends: at its write number `write` (1 is the first since the data folder was empty), just before or just after it. */
export interface Death {
	readonly write: number;
	readonly when: "before" | "after";
}

/** One write of control to something that survives it. */
export interface Write {
	readonly number: number;
	readonly what: "journal" | "evidence" | "notice";
	/** Event types, or what was written. */
	readonly of: string;
}

export class Killed extends Error {}

/** Counts every write to disk of an installation over all its lives, and ends a life where it is told to. */
export class Fate {
	readonly writes: Write[] = [];
	readonly #deaths: Death[];

	constructor(deaths: readonly Death[]) {
		this.#deaths = [...deaths];
	}

	/** @returns when the life ends at this write, if it does. */
	next(what: Write["what"], of: string): Death["when"] | null {
		const number = this.writes.length + 1;
		this.writes.push({ number, what, of });
		const index = this.#deaths.findIndex((death) => death.write === number);
		return index === -1 ? null : this.#deaths.splice(index, 1)[0]!.when;
	}
}

/** A process that can be killed between any two writes: once dead, nothing it does reaches the disk or anyone else. */
export class Life {
	dead = false;
	readonly #fate: Fate;

	constructor(fate: Fate) {
		this.#fate = fate;
	}

	async #write<T>(what: Write["what"], of: string, write: () => Promise<T>): Promise<T> {
		if (this.dead) throw new Killed();
		const when = this.#fate.next(what, of);
		if (when === "before") this.#die();
		const written = await write();
		if (when === "after") this.#die();
		return written;
	}

	#die(): never {
		this.dead = true;
		throw new Killed();
	}

	journal(real: Journal): Journal {
		return {
			append: (stream, version, events) =>
				this.#write("journal", events.map((event) => event.type).join(" "), () => real.append(stream, version, events)),
			read: (options) => real.read(options),
			readStream: (stream) => real.readStream(stream),
			head: () => real.head(),
			streamVersion: (stream) => real.streamVersion(stream),
			verify: (noted) => real.verify(noted),
			subscribe: (listener) => real.subscribe(listener),
			close: () => real.close(),
		};
	}

	evidence(real: EvidenceStore): EvidenceStore {
		return {
			append: (endpoint, records) =>
				this.#write("evidence", records.map((record) => record.kind).join(" "), () => real.append(endpoint, records)),
			lastPosition: (endpoint) => real.lastPosition(endpoint),
			read: (endpoint, from) => real.read(endpoint, from),
			readLines: (endpoint, from, to) => real.readLines(endpoint, from, to),
			seal: (endpoint, from, to) => real.seal(endpoint, from, to),
			verify: (endpoint, seals) => real.verify(endpoint, seals),
			close: () => real.close(),
		};
	}

	notifier(real: Notifier): Notifier {
		return { send: (notice) => this.#write("notice", notice.id, () => real.send(notice)) };
	}
}
