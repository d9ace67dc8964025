import type { IncomingMessage, ServerResponse } from "node:http";
import { encodeValue, HeadgateError, NO_VALUE } from "@headgate/protocol";
import type { Prediction } from "@headgate/runtime";
import type { Serving } from "./arm.ts";
import type { Choice, Endpoint } from "./endpoint.ts";
import type { GatewayState } from "./gateway-state.ts";
import type { Metrics, Outcome } from "./metrics.ts";
import { rounded } from "./parse/big-integers.ts";
import { parseJsonBody } from "./parse/json-body.ts";
import type { Log } from "./ports.ts";
import type { Decode, Decoded } from "./protocols/protocol.ts";
import { compileRateLimitedLog } from "./rate-limited-log.ts";
import type { Ticket } from "./record.ts";
import { respond, respondError } from "./respond.ts";
import { championOf, chooseArm, pinnedArm, type ReadyArm } from "./route.ts";
import type { TimerWheel, WheelEntry } from "./timer-wheel.ts";

const MAX_INSTANCES = 4_096;
/** A second of evidence waits no longer than this for its requests. */
const OUTLIVED_MS = 5_000;

export interface PredictParts {
	readonly state: GatewayState;
	readonly metrics: Metrics;
	readonly wheel: TimerWheel;
	readonly log: Log;
	readonly nextId: () => string;
}

/** A request whose body has arrived. */
export interface PredictRequest {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly body: Buffer;
	readonly endpoint: Endpoint;
	readonly version: string | null;
	readonly decode: Decode;
	/** When the last byte of the body was read, on `performance.now()`. */
	readonly receivedMs: number;
	readonly id: string;
}

/** Parse, validate, route, run, check the output, respond, record: the life of a prediction after its body is read. */
export function compilePredict(parts: PredictParts): (request: PredictRequest) => void {
	const { state, metrics, log } = parts;
	const logFailure = compileRateLimitedLog(log);

	return (incoming) => {
		const { endpoint, response, id } = incoming;
		let champion: ReadyArm;
		let decoded: Decoded;
		let choice: Choice;
		try {
			champion = championOf(state, endpoint);
			// A version that is not there is said before anything of the body is.
			const pinned = incoming.version === null ? null : pinnedArm(state, endpoint, incoming.version);
			decoded = read(incoming, champion);
			choice = pinned ?? chooseArm(state, endpoint, champion, incoming.request.headers, decoded.instances);
		} catch (thrown) {
			const error = thrown instanceof HeadgateError ? thrown : internal(thrown, log);
			if (error.row.status < 500) endpoint.recorder.exclude("invalid", state.second());
			else endpoint.recorder.exclude("shed", state.second());
			metrics.refused(endpoint.name, error.code);
			respondError(response, error, id, null);
			return;
		}
		new Run(parts, incoming, decoded, choice, champion, logFailure).begin();
	};
}

/** Body to instances that the champion's schema accepts. */
function read(incoming: PredictRequest, champion: ReadyArm): Decoded {
	const { input, output, validateInput } = champion.serving;
	const decoded = incoming.decode(parseJsonBody(incoming.body), incoming.endpoint.name, input, output);
	const { instances } = decoded;
	if (instances.length > MAX_INSTANCES) {
		throw new HeadgateError("gateway.too-many-instances", `${instances.length} instances, at most ${MAX_INSTANCES} are accepted`);
	}
	for (let i = 0; i < instances.length; i++) {
		const error = validateInput(instances[i]) && validateInput(rounded(instances[i]));
		if (error !== null) {
			const place = decoded.placeOf(i, error.place);
			throw new HeadgateError("gateway.invalid-input", `${place} ${error.message}`, { path: place });
		}
	}
	return decoded;
}

function internal(thrown: unknown, log: Log): HeadgateError {
	log.error({ err: thrown }, "a request met a fault of the gateway");
	return new HeadgateError("gateway.internal", "the gateway failed on this request", { cause: thrown });
}

/** One request on its arm. Ends exactly once: answered, failed, or its caller gone. */
class Run {
	readonly #parts: PredictParts;
	readonly #incoming: PredictRequest;
	readonly #decoded: Decoded;
	readonly #choice: Choice;
	readonly #champion: ReadyArm;
	readonly #logFailure: (fields: object, message: string) => void;
	/** Null when pinned: no evidence. */
	#ticket: Ticket | null = null;
	/** Taken once, at the beginning: an unload meanwhile cannot pull it away. */
	#serving: Serving | null = null;
	#timeout: WheelEntry | null = null;
	#outlived: WheelEntry | null = null;
	#ended = false;

	constructor(
		parts: PredictParts,
		incoming: PredictRequest,
		decoded: Decoded,
		choice: Choice,
		champion: ReadyArm,
		logFailure: (fields: object, message: string) => void,
	) {
		this.#parts = parts;
		this.#incoming = incoming;
		this.#decoded = decoded;
		this.#choice = choice;
		this.#champion = champion;
		this.#logFailure = logFailure;
	}

	begin(): void {
		const { state, wheel } = this.#parts;
		const { endpoint, receivedMs } = this.#incoming;
		const { arm, route, as } = this.#choice;
		if (as !== "pinned") this.#ticket = endpoint.recorder.start(route.key, route.role, state.second(), this.#choice.bucket);
		const { timeoutMs } = route.configuration;
		const { serving } = arm;
		this.#serving = serving;
		if (serving === null) {
			this.#fail("runtime", new HeadgateError("gateway.model-failed", `version ${route.version} was unloaded`));
			return;
		}
		arm.inFlight++;
		if (arm !== this.#champion.arm && !this.#accepts()) {
			arm.inFlight--;
			return;
		}
		const elapsedMs = performance.now() - receivedMs;
		this.#timeout = wheel.add(timeoutMs - elapsedMs, () => this.#timedOut(timeoutMs));
		if (timeoutMs > OUTLIVED_MS) this.#outlived = wheel.add(OUTLIVED_MS - elapsedMs, () => this.#outlivedNow());
		serving.model.run(this.#decoded.instances, receivedMs + timeoutMs).then(
			(predictions) => {
				arm.inFlight--;
				this.#answered(predictions);
			},
			(error: HeadgateError) => {
				arm.inFlight--;
				this.#ranInto(error, timeoutMs);
			},
		);
	}

	/** What the champion's schema accepts and this arm's refuses is this arm's failure; of a pinned one it is the caller's affair. */
	#accepts(): boolean {
		const { validateInput } = this.#serving!;
		for (const [i, instance] of this.#decoded.instances.entries()) {
			const error = validateInput(instance) && validateInput(rounded(instance));
			if (error === null) continue;
			const message = `version ${this.#choice.route.version} refuses an input that the champion accepts: ${this.#decoded.placeOf(i, error.place)} ${error.message}`;
			this.#fail("runtime", new HeadgateError(this.#ticket === null ? "gateway.invalid-input" : "gateway.model-failed", message));
			return false;
		}
		return true;
	}

	#answered(predictions: readonly Prediction[]): void {
		if (this.#ended) return;
		const { checkOutput, output } = this.#serving!;
		const refusal = checkOutput(predictions);
		if (refusal !== null) {
			this.#fail("output", new HeadgateError("gateway.output-refused", `version ${this.#choice.route.version}: ${refusal}`));
			return;
		}
		let body: string;
		try {
			body = this.#decoded.encode(predictions, this.#choice, output);
		} catch (error) {
			this.#fail(
				"output",
				new HeadgateError("gateway.output-refused", `version ${this.#choice.route.version}: ${(error as Error).message}`),
			);
			return;
		}
		const queued = respond(this.#incoming.response, 200, body, this.#predictionId(predictions), this.#choice);
		const latencyUs = this.#end(queued ? "ok" : "client_gone");
		const { recorder } = this.#incoming.endpoint;
		if (this.#ticket === null) return;
		this.#parts.state.parts.breaker.answered(this.#choice.route.key);
		if (queued) recorder.answered(this.#ticket, latencyUs);
		else recorder.clientGone(this.#ticket);
	}

	/** An answer that is evidence has an id that outcomes can be attributed by; with several instances, without a value. */
	#predictionId(predictions: readonly Prediction[]): string {
		const { id, endpoint } = this.#incoming;
		if (this.#ticket === null) return id;
		const { labelled } = this.#serving!;
		const value = labelled === null || predictions.length !== 1 ? NO_VALUE : encodeValue(predictions[0]![labelled]);
		const { arm, bucket } = this.#choice;
		return this.#parts.state.sealer.seal(id, endpoint.tag + arm.tag, bucket, value);
	}

	#ranInto(error: HeadgateError, timeoutMs: number): void {
		if (this.#ended) return;
		if (error.code === "runtime.expired") this.#timedOut(timeoutMs);
		else {
			this.#logFailure(
				{ endpoint: this.#incoming.endpoint.name, version: this.#choice.route.version, reason: error.message },
				"a model failed",
			);
			const code = error.code === "runtime.overloaded" ? "gateway.overloaded" : "gateway.model-failed";
			this.#fail("runtime", new HeadgateError(code, `version ${this.#choice.route.version} failed to answer`));
		}
	}

	#timedOut(timeoutMs: number): void {
		if (this.#ended) return;
		const message = `version ${this.#choice.route.version} did not answer within ${timeoutMs} ms`;
		this.#fail("timeout", new HeadgateError("gateway.timeout", message));
	}

	#outlivedNow(): void {
		if (this.#ended || this.#ticket === null) return;
		this.#incoming.endpoint.recorder.outlived(this.#ticket, this.#latencyUs());
	}

	#fail(kind: "runtime" | "timeout" | "output", error: HeadgateError): void {
		if (this.#ended) return;
		respondError(this.#incoming.response, error, this.#incoming.id, this.#choice);
		const latencyUs = this.#end(kind);
		if (this.#ticket === null) return;
		this.#incoming.endpoint.recorder.failed(this.#ticket, kind, latencyUs);
		const { breaker, onChange } = this.#parts.state.parts;
		if (this.#choice.route.trial && breaker.failed(this.#choice.route.key)) {
			const { version, key } = this.#choice.route;
			this.#parts.log.error(
				{ endpoint: this.#incoming.endpoint.name, version, arm: key },
				"crash breaker: trial traffic goes to the champion",
			);
			onChange();
			this.#parts.state.noteLottery();
		}
	}

	#end(outcome: Outcome): number {
		this.#ended = true;
		if (this.#timeout !== null) this.#parts.wheel.cancel(this.#timeout);
		if (this.#outlived !== null) this.#parts.wheel.cancel(this.#outlived);
		const latencyUs = this.#latencyUs();
		const { endpoint } = this.#incoming;
		this.#parts.metrics.series(endpoint.name, this.#choice.route.version, this.#choice.as).count(outcome, latencyUs);
		return latencyUs;
	}

	#latencyUs(): number {
		return Math.max(0, Math.round((performance.now() - this.#incoming.receivedMs) * 1000));
	}
}
