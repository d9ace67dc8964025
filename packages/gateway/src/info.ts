import type { ServerResponse } from "node:http";
import { HeadgateError } from "@headgate/protocol";
import type { Endpoint } from "./endpoint.ts";
import type { GatewayState } from "./gateway-state.ts";
import type { Metrics } from "./metrics.ts";
import { modelMetadata } from "./protocols/metadata.ts";
import type { Target } from "./protocols/target.ts";
import { respond, respondError } from "./respond.ts";
import { championOf, loadedVersions, pinnedArm } from "./route.ts";
import type { WindowSpool } from "./spool.ts";

export interface InfoParts {
	readonly state: GatewayState;
	readonly metrics: Metrics;
	readonly spool: WindowSpool;
	readonly build: string;
	readonly nextId: () => string;
}

/** Health, metadata and metrics: everything that asks about the gateway rather than a model's opinion. */
export function answerInfo(parts: InfoParts, target: Target, response: ServerResponse): void {
	const { state, metrics, spool, build, nextId } = parts;
	if (target.kind === "metrics") {
		const text = metrics.render(state, spool);
		response.writeHead(200, [
			"content-type",
			"text/plain; version=0.0.4; charset=utf-8",
			"content-length",
			String(Buffer.byteLength(text)),
		]);
		response.end(text);
		return;
	}
	const json = (status: number, body: object): void => {
		respond(response, status, JSON.stringify(body), nextId(), null);
	};
	try {
		switch (target.kind) {
			case "server":
				json(200, { name: "headgate", version: build, extensions: [] });
				break;
			case "live":
				json(200, { live: true });
				break;
			case "ready": {
				const ready = isReady(state);
				json(ready ? 200 : 503, { ready });
				break;
			}
			case "models":
				json(200, { models: [...state.endpoints.keys()] });
				break;
			case "model":
			case "model-ready":
			case "model-v1":
				answerModel(state, target, json);
				break;
		}
	} catch (error) {
		if (!(error instanceof HeadgateError)) throw error;
		metrics.refused("name" in target ? target.name : "", error.code);
		respondError(response, error, nextId(), null);
	}
}

function answerModel(
	state: GatewayState,
	target: Extract<Target, { name: string }>,
	json: (status: number, body: object) => void,
): void {
	const { name, version } = target;
	const endpoint = state.endpoints.get(name)!;
	if (target.kind !== "model") {
		const ready = version === null ? hasChampion(state, endpoint) : loadedVersions(state, endpoint).includes(version);
		json(ready ? 200 : 503, { name, ready });
		return;
	}
	const serving = version === null ? championOf(state, endpoint).serving : pinnedArm(state, endpoint, version).arm.serving!;
	json(200, modelMetadata(name, loadedVersions(state, endpoint), serving));
}

/** There is a table, and every endpoint's champion answers here. */
export function isReady(state: GatewayState): boolean {
	return state.table !== null && [...state.endpoints.values()].every((endpoint) => hasChampion(state, endpoint));
}

function hasChampion(state: GatewayState, endpoint: Endpoint): boolean {
	return state.parts.arms.isReady(endpoint.route.arms[0]!.key) || endpoint.standIn?.serving != null;
}
