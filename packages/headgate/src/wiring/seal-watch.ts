import { type CheckSummary, type PackageStore, renewSeals, type Seal, takeSeal } from "@headgate/packaging";
import { HeadgateError } from "@headgate/protocol";

/** Where findings about seals go. */
export interface SealWatchOutput {
	/** Of what was to be expected after a remount or a restore. */
	note(message: string): void;
	/** Of what somebody should look into. */
	alarm(message: string, hint: string): void;
}

/**
 * Keeps the seals of stored packages: those that broke while nothing ran are renewed at start, in the background, once every byte was
 * read; one that breaks later is an alarm.
 */
export class SealWatch {
	readonly #store: PackageStore;
	readonly #output: SealWatchOutput;
	#renewed = false;

	constructor(store: PackageStore, output: SealWatchOutput) {
		this.#store = store;
		this.#output = output;
	}

	/** Renews what broke before. Never throws: what cannot be read is told. */
	async renew(): Promise<void> {
		try {
			for await (const { stored, broken, corruption } of renewSeals(this.#store)) {
				const label = `${stored.name}@${stored.version}`;
				if (corruption === null) this.#output.note(`${label} was sealed anew, all of its bytes are right (${broken})`);
				else this.#output.alarm(`${label} is damaged: ${corruption}`, "Do not deploy it; remove its folder and push it again.");
			}
		} catch (error) {
			const hint = "Until the disk answers, each deploy reads every byte of its package.";
			this.#output.alarm(`broken seals could not be renewed: ${(error as Error).message}`, hint);
		}
		this.#renewed = true;
	}

	/** What the files are like before a check reads them. */
	async take(digest: string): Promise<Seal> {
		const stored = await this.#store.find(digest);
		if (stored === undefined) throw new HeadgateError("package.not-found", `the package ${digest} is not in the store any more`);
		return takeSeal(stored, await this.#store.seals.read(digest));
	}

	/** After a check: a seal that broke since the start is told; when every byte was right, the one taken before is kept. */
	async checked(taken: Seal, summary: CheckSummary): Promise<void> {
		const { digest } = taken;
		const detail = summary.results.find(({ id }) => id === "A04")?.detail as
			| { readonly brokenSeals?: readonly string[] }
			| undefined;
		const [broken] = detail?.brokenSeals ?? [];
		if (broken === undefined) return;
		if (this.#renewed) {
			const state = summary.level === "L4" && summary.verdict === "pass" ? "; all of its bytes are right" : "";
			const hint = "Nothing but Headgate should write in the data folder: find out who did.";
			this.#output.alarm(`a seal of ${digest} broke while Headgate ran: ${broken}${state}`, hint);
		}
		if (summary.level === "L4" && summary.verdict === "pass") await this.#store.seals.write(digest, taken);
	}
}
