import type { ArmRoute } from "@headgate/core/routing";
import { type ArmStatus, HeadgateError, tagOf } from "@headgate/protocol";
import { goldenInference, type LoadedModel, loadModel } from "@headgate/runtime";
import { compileOutputCheck, type OutputCheck } from "./check-output.ts";
import { type Contract, contractOf } from "./parse/contract.ts";
import type { Log, Packages } from "./ports.ts";
import { compileValidator, type Validator } from "./validate.ts";

/** What an arm needs to serve, there as a whole or not at all. */
export interface Serving {
	readonly model: LoadedModel;
	readonly validateInput: Validator;
	readonly checkOutput: OutputCheck;
	readonly input: Contract;
	readonly output: Contract;
	/** The field of an answer that labels speak of; null when there is none. */
	readonly labelled: string | null;
}

/** One (package, configuration) on this gateway: loaded, warmed by golden inference, then ready; or failed, with the reason. */
export class Arm {
	readonly route: ArmRoute;
	/** Of its key, as it stands in prediction ids. */
	readonly tag: string;
	#status: ArmStatus = { state: "warming" };
	#serving: Serving | null = null;
	#closed = false;
	inFlight = 0;

	constructor(route: ArmRoute) {
		this.route = route;
		this.tag = tagOf(route.key);
	}

	get status(): ArmStatus {
		return this.#status;
	}

	/** Null unless ready. */
	get serving(): Serving | null {
		return this.#serving;
	}

	/** Never rejects: a failure is a state. */
	async start(packages: Packages, log: Log): Promise<void> {
		const { key, packageDigest, model, version } = this.route;
		try {
			const serving = await this.#load(packages, log);
			if (this.#closed) {
				await serving.model.close();
				return;
			}
			this.#serving = serving;
			this.#status = { state: "ready" };
			log.info({ arm: key, model, version, placement: serving.model.placement }, "arm ready");
		} catch (error) {
			const reason = error instanceof HeadgateError ? `${error.code}: ${error.message}` : String(error);
			this.#status = { state: "failed", reason: reason.slice(0, 500) };
			log.error({ arm: key, package: packageDigest, model, version, reason }, "arm failed to load");
		}
	}

	/** Golden inference again, for an arm that is kept warm without traffic: one that no longer answers is no way back. */
	async recheck(log: Log): Promise<void> {
		const model = this.#serving?.model;
		if (model === undefined) return;
		try {
			await goldenInference(model, model.examples);
		} catch (error) {
			// Let go meanwhile: nobody counts on it any more.
			if (this.#closed) return;
			const reason = error instanceof HeadgateError ? `${error.code}: ${error.message}` : String(error);
			this.#status = { state: "failed", reason: `kept warm, and no longer answers as it should: ${reason}`.slice(0, 500) };
			log.error({ arm: this.route.key, version: this.route.version, reason }, "an arm that is kept warm no longer answers");
			await this.close();
		}
	}

	/** Frees the model. The caller lets what is in flight end first. */
	async close(): Promise<void> {
		this.#closed = true;
		const serving = this.#serving;
		this.#serving = null;
		await serving?.model.close();
	}

	async #load(packages: Packages, log: Log): Promise<Serving> {
		const { key, packageDigest, placement, trial, configuration } = this.route;
		const { dir, manifest } = await packages.open(packageDigest);
		const model = await loadModel({
			packageDir: dir,
			manifest,
			// A version on trial never shares the loop with the champion, whatever the table says.
			placement: trial ? "worker" : placement,
			onLost: (reason) => log.warn({ arm: key, reason }, "the model's thread ended; it restarts"),
		});
		try {
			const validateInput = compileValidator(model.inputSchema, manifest.schema.input);
			const validateOutput = compileValidator(model.outputSchema, manifest.schema.output);
			await goldenInference(model, model.examples);
			const output = contractOf(model.outputSchema);
			return {
				model,
				validateInput,
				checkOutput: compileOutputCheck(validateOutput, configuration.outputLimits),
				input: contractOf(model.inputSchema),
				output,
				labelled: labelledField(output, configuration.labelOutput),
			};
		} catch (error) {
			await model.close();
			throw error;
		}
	}
}

/** As the endpoint says; else the only field there is. */
function labelledField({ fields, byName }: Contract, named: string | undefined): string | null {
	if (named !== undefined) return byName.has(named) ? named : null;
	return fields.length === 1 ? fields[0]!.name : null;
}
