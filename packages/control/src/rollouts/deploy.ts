import { JUDGE_VERSION } from "@headgate/core/analysis";
import { nearestWord } from "@headgate/core/kernel";
import { type EndpointConfig, type Plan, parsePlan } from "@headgate/core/plan";
import { type Arm, keyOf, nameOf } from "@headgate/core/rollout";
import { type Actor, accepted, digestOf, HeadgateError } from "@headgate/protocol";
import type { EndpointRecord, Installation, PackageRecord } from "../installation/installation.ts";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { Rollouts } from "./rollouts.ts";

export interface DeployRequest {
	readonly endpoint: string;
	/** `1.1.0` or `credit-risk@1.1.0`. */
	readonly version: string;
	/** A built-in plan's name or stages, for this rollout only. */
	readonly plan?: unknown;
	readonly reason?: string;
	/** Why a quarantined package may be deployed all the same; recorded as self-approved. */
	readonly acceptQuarantined?: string;
}

/** Starts a rollout of a pushed version at an endpoint. Resolves with its id when the journal has it. */
export async function deploy(keeper: StateKeeper, rollouts: Rollouts, request: DeployRequest, actor: Actor): Promise<string> {
	return keeper.exclusively(async () => {
		const { installation } = keeper;
		const endpoint = findEndpoint(installation, request.endpoint);
		const record = findVersion(installation, endpoint, request.version);
		requireDeployable(record, request);
		const challenger = armOf(record, endpoint);
		const { champion } = endpoint.serving;
		if (champion !== null && keyOf(champion) === keyOf(challenger)) {
			throw new HeadgateError("deploy.already-champion", `${nameOf(challenger)} is already the champion of ${endpoint.name}`);
		}
		const plan = request.plan === undefined ? endpoint.config.plan : planFor(endpoint.config, request.plan);
		const reason = request.acceptQuarantined ?? request.reason ?? null;
		const { automation } = endpoint.config;
		return start(installation, rollouts, { endpoint, challenger, plan, automation, reason }, actor);
	});
}

/**
 * Puts the pair (package, configuration) that answered before back when it is no longer warm: checked, loaded, warmed, and all traffic at
 * once. Nobody is asked, and a quarantine does not stand in the way. Call inside `exclusively`; resolves with the rollout's id.
 */
export function restore(
	keeper: StateKeeper,
	rollouts: Rollouts,
	endpoint: EndpointRecord,
	arm: Arm,
	reason: string,
	actor: Actor,
): Promise<string> {
	const plan = planFor(endpoint.config, "direct");
	return start(keeper.installation, rollouts, { endpoint, challenger: arm, plan, automation: "automatic", reason }, actor);
}

interface Attempt {
	readonly endpoint: EndpointRecord;
	readonly challenger: Arm;
	readonly plan: Plan;
	readonly automation: EndpointConfig["automation"];
	readonly reason: string | null;
}

async function start(installation: Installation, rollouts: Rollouts, attempt: Attempt, actor: Actor): Promise<string> {
	const { endpoint, ...rest } = attempt;
	const id = `${endpoint.name}-${endpoint.rollouts + 1}`;
	await makeRoom(installation, rollouts, endpoint, id, actor);
	const { keepWarmMs, checks } = endpoint.config;
	const { champion } = endpoint.serving;
	const started = {
		id,
		endpoint: endpoint.name,
		champion,
		keepWarmMs,
		off: checks.off,
		verifyWhole: true,
		judge: JUDGE_VERSION,
		planDigest: digestOf(rest.plan),
		...rest,
	};
	await rollouts.start({ type: "StartRollout", start: started }, actor);
	return id;
}

export function findEndpoint(installation: Installation, name: string): EndpointRecord {
	const record = installation.endpoints.get(name);
	if (record !== undefined) return record;
	const names = [...installation.endpoints.keys()];
	const near = nearestWord(name, names);
	const hint =
		near !== undefined
			? `did you mean "${near}"?`
			: names.length > 0
				? `there are: ${names.join(", ")}`
				: "create it with `headgate endpoint apply endpoint.yaml`";
	throw new HeadgateError("endpoint.unknown", `there is no endpoint "${name}"`, { hint });
}

function findVersion(installation: Installation, endpoint: EndpointRecord, text: string): PackageRecord {
	const at = text.lastIndexOf("@");
	const model = at === -1 ? endpoint.config.model : text.slice(0, at);
	const version = at === -1 ? text : text.slice(at + 1);
	if (model !== endpoint.config.model) {
		throw new HeadgateError(
			"deploy.wrong-model",
			`endpoint ${endpoint.name} serves versions of ${endpoint.config.model}, got ${model}`,
		);
	}
	const record = installation.findPackage(model, version);
	if (record !== undefined) return record;
	const versions = installation.versionsOf(model).map((other) => other.version);
	const hint =
		versions.length === 0 ? "push a package of it with `headgate push DIR`" : `pushed versions: ${versions.join(", ")}`;
	throw new HeadgateError("package.unknown", `${model}@${version} has not been pushed`, { hint });
}

function requireDeployable(record: PackageRecord, request: DeployRequest): void {
	if (record.quarantined === null || (request.acceptQuarantined ?? "") !== "") return;
	throw new HeadgateError("deploy.quarantined", `${record.name}@${record.version} is in quarantine: ${record.quarantined}`);
}

function armOf(record: PackageRecord, endpoint: EndpointRecord): Arm {
	const { timeoutMs, outputLimits, labelOutput } = endpoint.config;
	const sticky = endpoint.config.sticky.map(({ from, name }) => `${from}:${name}`);
	const labels = labelOutput === undefined ? {} : { labelOutput };
	const configuration = { digest: endpoint.configDigest, timeoutMs, outputLimits, sticky, ...labels };
	return { packageDigest: record.digest, model: record.name, version: record.version, configuration };
}

/** A watch gives way to the next rollout; one that is not promoted yet does not. */
async function makeRoom(
	installation: Installation,
	rollouts: Rollouts,
	endpoint: EndpointRecord,
	next: string,
	actor: Actor,
): Promise<void> {
	const active = installation.activeRollout(endpoint.name);
	if (active === null) return;
	if (!active.promoted || active.status === "rolling-back") {
		const { id, status } = active;
		throw new HeadgateError(
			"deploy.rollout-in-progress",
			`rollout ${id} of ${nameOf(active.challenger)} is ${status} at ${endpoint.name}`,
			{
				hint: `wait for it, or end it with \`headgate rollback ${endpoint.name}\``,
			},
		);
	}
	await rollouts.tell(active.id, { type: "Supersede", by: next }, actor);
}

function planFor(config: EndpointConfig, raw: unknown): Plan {
	return accepted(parsePlan(raw, config));
}
