import { HeadgateError } from "@headgate/protocol";
import { jsonWithBigInts, keepBigIntsOf } from "../parse/big-integers.ts";
import type { Decode } from "./protocol.ts";

/** KServe v1: `{"instances": [{...}]}` to `{"predictions": [{...}]}`. */
export const decodeV1: Decode = (body, _endpoint, input) => {
	if (typeof body !== "object" || body === null || Array.isArray(body)) {
		throw new HeadgateError("gateway.invalid-request", 'the body must be an object {"instances": [...]}');
	}
	const { instances } = body as { instances?: unknown };
	if (!Array.isArray(instances) || instances.length === 0) {
		throw new HeadgateError("gateway.invalid-request", "instances must be an array with at least one instance", {
			path: "instances",
		});
	}
	keepBigIntsOf(instances, input.exactFields);
	return {
		instances,
		placeOf: (instance, place) => `instances[${instance}]${place === "" || place.startsWith("[") ? place : `.${place}`}`,
		encode: (predictions) => `{"predictions":${jsonWithBigInts(predictions)}}`,
	};
};
