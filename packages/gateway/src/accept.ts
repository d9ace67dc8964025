import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { HeadgateError } from "@headgate/protocol";
import { refuseContent, tooLarge } from "./content-rules.ts";
import type { GatewayState } from "./gateway-state.ts";
import { answerInfo, type InfoParts } from "./info.ts";
import type { Limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { takeOutcomes } from "./outcomes.ts";
import type { Bus } from "./ports.ts";
import { compilePredict, type PredictParts } from "./predict.ts";
import { decodeV1 } from "./protocols/kserve-v1.ts";
import { decodeV2 } from "./protocols/oip-v2.ts";
import { methodOf, parseTarget, type Target } from "./protocols/target.ts";
import { compileRateLimitedLog } from "./rate-limited-log.ts";
import { readBody } from "./read-body.ts";
import { respondError } from "./respond.ts";

interface AcceptParts extends PredictParts, InfoParts {
	readonly limits: Limits;
	readonly bus: Bus;
}

/** The HTTP server, not yet listening: limits, paths and methods; everything after that belongs to predict and info. */
export function createAccept(parts: AcceptParts): Server {
	const { limits, state, metrics, nextId } = parts;
	const predict = compilePredict(parts);
	const outcomeParts = { bus: parts.bus, metrics, logAway: compileRateLimitedLog(parts.log) };

	const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
		const target = parseTarget(request.url ?? "/");
		const refusal = refuseTarget(state, target, request);
		if (refusal !== null) {
			refuse(response, refusal, "");
			return;
		}
		if (target.kind === "outcomes") {
			withBody(request, response, "", (body) => {
				takeOutcomes(outcomeParts, body, response, nextId()).catch((err: unknown) => {
					parts.log.error({ err }, "outcomes met a fault of the gateway");
					refuse(response, new HeadgateError("gateway.internal", "the gateway failed on these outcomes"), "");
				});
			});
			return;
		}
		if (target.kind !== "infer" && target.kind !== "predict") {
			request.resume();
			answerInfo(parts, target, response);
			return;
		}
		const name = target.name;
		withBody(request, response, name, (body) => {
			// Looked up again: the table may have changed while the body came.
			const endpoint = state.endpoints.get(name);
			if (endpoint === undefined) {
				refuse(response, unknownEndpoint(state, name), "");
				return;
			}
			const decode = target.kind === "infer" ? decodeV2 : decodeV1;
			const receivedMs = performance.now();
			predict({ request, response, body, endpoint, version: target.version, decode, receivedMs, id: nextId() });
		});
	};
	/** Hands on the whole body, or refuses it; `endpoint` is the one it is for, empty when it is for none. */
	const withBody = (request: IncomingMessage, response: ServerResponse, endpoint: string, then: (body: Buffer) => void): void => {
		const content = refuseContent(request.headers, limits.maxBodyBytes);
		if (content !== null) {
			refuseBody(response, content, endpoint);
			return;
		}
		if (request.headers.expect !== undefined) response.writeContinue();
		readBody(request, limits.maxBodyBytes, (body) => {
			if (body === "too-large") refuseBody(response, tooLarge("more", limits.maxBodyBytes), endpoint);
			else then(body);
		});
	};
	const refuseBody = (response: ServerResponse, error: HeadgateError, endpoint: string): void => {
		state.endpoints.get(endpoint)?.recorder.exclude("invalid", state.second());
		refuse(response, error, endpoint);
	};
	const refuse = (response: ServerResponse, error: HeadgateError, endpoint: string): void => {
		metrics.refused(endpoint, error.code);
		const more = error.code === "gateway.method" ? ["allow", error.path ?? "GET"] : [];
		// The rest of a body that nobody wants is cut off, not read.
		if (!response.req.complete) response.on("finish", () => cutOff(response.req.socket));
		respondError(response, error, nextId(), null, more);
	};

	const server = createServer(
		{
			maxHeaderSize: limits.maxHeaderBytes,
			headersTimeout: limits.headersTimeoutMs,
			requestTimeout: limits.requestTimeoutMs,
			keepAliveTimeout: limits.keepAliveMs,
			connectionsCheckingInterval: Math.min(1_000, limits.requestTimeoutMs),
			noDelay: true,
		},
		onRequest,
	);
	// Without this Node invites the body before anyone has looked at its length.
	server.on("checkContinue", onRequest);
	server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => answerBrokenRequest(error, socket, metrics));
	return server;
}

function refuseTarget(state: GatewayState, target: Target, request: IncomingMessage): HeadgateError | null {
	if (target.kind === "unknown") {
		return new HeadgateError("gateway.not-found", `no such path: ${JSON.stringify((request.url ?? "").slice(0, 200))}`);
	}
	const allowed = methodOf(target.kind);
	const method = request.method === "HEAD" ? "GET" : request.method;
	if (method !== allowed) {
		return new HeadgateError("gateway.method", `${request.method} is not allowed here, expected ${allowed}`, { path: allowed });
	}
	if ("name" in target && !state.endpoints.has(target.name)) return unknownEndpoint(state, target.name);
	return null;
}

function unknownEndpoint(state: GatewayState, name: string): HeadgateError {
	const names = [...state.endpoints.keys()].slice(0, 10).join(", ");
	return new HeadgateError(
		"gateway.unknown-endpoint",
		`no endpoint ${JSON.stringify(name)} here; there are: ${names || "none yet"}`,
	);
}

/** Gives the answer a moment to reach a caller that is still sending, then ends the connection. */
function cutOff(socket: Socket | null): void {
	if (socket === null || socket.destroyed) return;
	socket.end();
	setTimeout(() => socket.destroy(), 500).unref();
}

/** What the HTTP parser itself refuses: there is no request to answer, only a socket. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, metrics: Metrics): void {
	if (!socket.writable || error.code === "ECONNRESET") {
		socket.destroy();
		return;
	}
	const fault =
		error.code === "ERR_HTTP_REQUEST_TIMEOUT"
			? new HeadgateError("gateway.request-timeout", "the request did not arrive in time")
			: error.code === "HPE_HEADER_OVERFLOW"
				? new HeadgateError("gateway.headers-too-large", "the request line and headers are too large")
				: new HeadgateError("gateway.bad-request", "the bytes are not an HTTP/1.1 request");
	metrics.refused("", fault.code);
	const body = JSON.stringify({ error: `${fault.message}. ${fault.hint}` });
	const head = [
		`HTTP/1.1 ${fault.row.status} ${fault.code}`,
		"content-type: application/json",
		`content-length: ${Buffer.byteLength(body)}`,
		`headgate-error: ${fault.code}`,
		"connection: close",
	];
	socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
	setTimeout(() => socket.destroy(), 500).unref();
}
