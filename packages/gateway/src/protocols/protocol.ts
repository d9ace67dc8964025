import type { Prediction } from "@headgate/runtime";
import type { Choice } from "../endpoint.ts";
import type { Contract } from "../parse/contract.ts";

/** A request as its protocol frames it. */
export interface Decoded {
	readonly instances: readonly unknown[];
	/** How an error names a place in an instance. */
	placeOf(instance: number, place: string): string;
	/** The body of the answer. Throws when the predictions have no form in this protocol. */
	encode(predictions: readonly Prediction[], choice: Choice, output: Contract): string;
}

/** One wire protocol: body in, instances out; predictions in, body out. */
export type Decode = (body: unknown, endpoint: string, input: Contract, output: Contract) => Decoded;
