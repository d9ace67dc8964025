import type { ErrorRow } from "./error-row.ts";

function caller(status: number, when: string, hint: string): ErrorRow {
	return { status, exit: 2, retryable: false, when, hint };
}

function fault(status: number, retryable: boolean, when: string, hint: string): ErrorRow {
	return { status, exit: 3, retryable, when, hint };
}

/** The gateway: what a caller's request can meet, and what a model can do wrong. */
export const gatewayErrors: Readonly<Record<string, ErrorRow>> = {
	"gateway.not-found": caller(404, "The path is none of the gateway's.", "Use /v2/models/NAME/infer or /v1/models/NAME:predict."),
	"gateway.unknown-endpoint": caller(404, "No endpoint has this name.", "Ask GET /v2/models for the endpoints there are."),
	"gateway.unknown-version": caller(
		404,
		"The version in the path is not loaded for this endpoint.",
		"Use one of the versions named, or leave the version out.",
	),
	"gateway.method": caller(405, "The path exists, but not with this method.", "Use the method named in the Allow header."),
	"gateway.request-timeout": caller(
		408,
		"The request did not arrive in time.",
		"Send the whole request at once; raise the client's upload rate.",
	),
	"gateway.body-too-large": caller(413, "The body is larger than the limit.", "Send fewer instances per request."),
	"gateway.content-type": caller(415, "The content type is not JSON in UTF-8.", "Send `content-type: application/json`."),
	"gateway.content-encoding": caller(415, "The body is compressed.", "Send the body without content-encoding."),
	"gateway.headers-too-large": caller(
		431,
		"The request line and headers exceed 16 KiB.",
		"Send shorter headers or a shorter path.",
	),
	"gateway.bad-request": caller(
		400,
		"The bytes are not an HTTP/1.1 request.",
		"Check the client or the proxy in front of the gateway.",
	),
	"gateway.invalid-json": caller(
		400,
		"The body is not JSON.",
		"Correct the JSON at the offset named; NaN and Infinity are not JSON.",
	),
	"gateway.too-deep": caller(400, "The body nests deeper than 64 levels.", "Flatten the data."),
	"gateway.invalid-request": caller(
		400,
		"The body lacks the frame of its protocol.",
		"See docs/reference/gateway.md for the frame.",
	),
	"gateway.invalid-tensor": caller(
		400,
		"A tensor's name, shape, datatype or data is wrong.",
		"Ask GET /v2/models/NAME for the tensors expected.",
	),
	"gateway.invalid-input": caller(
		400,
		"The champion's input schema refuses an instance.",
		"Correct the field named; GET /v2/models/NAME describes the inputs.",
	),
	"gateway.invalid-outcomes": caller(
		400,
		"The body holds no outcomes, or none that could be taken.",
		'Send {"prediction_id": ..., "label": ...} or {"prediction_id": ..., "metric": ..., "value": ...}, or a list of them under "outcomes".',
	),
	"gateway.control-away": fault(
		503,
		true,
		"Outcomes came in while the control process did not answer; none of them was kept.",
		"Send them again after the time in Retry-After; what was kept is recognised.",
	),
	"gateway.too-many-instances": caller(400, "One request carries more than 4,096 instances.", "Split the request."),
	"gateway.sticky-key": caller(400, "The sticky key is longer than 255 characters.", "Send a short stable id as sticky key."),
	"gateway.not-ready": fault(
		503,
		true,
		"No version of the endpoint is ready on this gateway.",
		"Retry in a moment; see /v2/health/ready.",
	),
	"gateway.overloaded": fault(503, true, "The model's queue on this gateway is full.", "Retry later, or run more gateways."),
	"gateway.timeout": fault(
		504,
		true,
		"The model did not answer within the endpoint's timeout.",
		"Retry, or raise the endpoint's timeout.",
	),
	"gateway.model-failed": fault(
		500,
		true,
		"The version that took the request failed to answer.",
		"Retry; the gateway's log has the reason.",
	),
	"gateway.output-refused": fault(
		500,
		false,
		"The answer breaks the output schema or limits, or holds NaN or Infinity.",
		"The model is at fault: see the field named.",
	),
	"gateway.internal": fault(500, true, "The gateway itself failed on this request.", "Report it with the gateway's log."),
	"gateway.port": fault(503, false, "The gateway cannot listen on its address.", "Free the port, or choose another one."),
	"gateway.nothing-to-roll-back": {
		status: 409,
		exit: 1,
		retryable: false,
		when: "A direct rollback finds neither a trial nor a warm previous version.",
		hint: "Roll back through the control process; it can load a version that is not warm.",
	},
	"gateway.direct-command": caller(400, "A direct command is not understood.", 'Send one line: {"rollback":"ENDPOINT"}.'),
	"runtime.kind-not-available": fault(500, false, "No runtime of this kind is built in.", "Use kind onnx."),
	"runtime.load-failed": fault(
		500,
		false,
		"The model, its code or its schemas cannot be loaded.",
		"Run `headgate check` on the package.",
	),
	"runtime.run-failed": fault(
		500,
		true,
		"The model or its code failed on an input.",
		"See the message; try the input with the examples.",
	),
	"runtime.worker-lost": fault(
		500,
		true,
		"The thread that runs the model ended.",
		"It restarts by itself; see the log for why it ended.",
	),
	"runtime.overloaded": fault(503, true, "The model's queue is full.", "Retry later."),
	"runtime.expired": fault(504, true, "The request's time was over before the model took it up.", "Retry later."),
	"runtime.example-mismatch": fault(
		500,
		false,
		"An example of the package gets another answer than the one written down.",
		'Correct examples.jsonl or the model, or say how far off is still right: "tolerance": {field: number}. Runtime versions matter too.',
	),
	"runtime.examples-invalid": fault(
		500,
		false,
		"examples.jsonl cannot be read.",
		'Each line is {"input": ..., "output": ..., "tolerance": {field: number}}.',
	),
};
