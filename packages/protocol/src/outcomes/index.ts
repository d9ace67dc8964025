/** What becomes known after a prediction: the ids by which it is attributed, and the messages in which it is handed in. */
export {
	MAX_OUTCOMES,
	type Outcome,
	type OutcomesMessage,
	type OutcomesReply,
	outcomeSchema,
	outcomesReplySchema,
	outcomesSchema,
} from "./outcome-schema.ts";
export {
	createPredictionSealer,
	digestOfLabel,
	encodeValue,
	NO_VALUE,
	type OpenedId,
	type PredictionSealer,
	type SealedPrediction,
	type SealedValue,
	tagOf,
} from "./prediction-id.ts";
