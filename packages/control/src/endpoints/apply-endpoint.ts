import { nearestWord } from "@headgate/core/kernel";
import { type EndpointConfig, endpointNotices, parseEndpoint } from "@headgate/core/plan";
import { type Actor, accepted, digestOf, HeadgateError } from "@headgate/protocol";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { PackageStore } from "../packages/ports.ts";

export interface AppliedEndpoint {
	readonly endpoint: string;
	readonly digest: string;
	readonly changed: boolean;
	/** Parts that are kept as written and not acted upon yet, each as a sentence. */
	readonly notices: string[];
}

/**
 * Takes an endpoint's configuration (endpoint.yaml, already read as data). It shapes the next rollouts; the arms that serve keep
 * theirs until a version is deployed with the new one, so that a configuration can be rolled back like a package.
 */
export async function applyEndpoint(
	keeper: StateKeeper,
	{ checkNames }: Pick<PackageStore, "checkNames">,
	raw: unknown,
	actor: Actor,
): Promise<AppliedEndpoint> {
	const config: EndpointConfig = accepted(parseEndpoint(raw));
	requireKnown(config.checks.off, checkNames);
	const digest = digestOf(config);
	const notices = endpointNotices(config);
	return keeper.exclusively(async () => {
		const before = keeper.installation.endpoints.get(config.endpoint);
		if (before !== undefined && before.config.model !== config.model) {
			throw new HeadgateError(
				"endpoint.model-fixed",
				`endpoint ${config.endpoint} serves ${before.config.model}, got ${config.model}`,
			);
		}
		if (before?.configDigest === digest) return { endpoint: config.endpoint, digest, changed: false, notices };
		const event = { type: "EndpointConfigured", actor, cause: null, data: { config, digest } };
		await keeper.append(`endpoint/${config.endpoint}`, [event]);
		return { endpoint: config.endpoint, digest, changed: true, notices };
	});
}

/** A check that does not exist cannot be turned off: a misspelt name would leave the check on that somebody believes to be off. */
function requireKnown(off: readonly string[], known: readonly string[]): void {
	for (const [index, name] of off.entries()) {
		if (known.includes(name)) continue;
		const nearest = nearestWord(name, known);
		const hint = nearest === undefined ? `known: ${known.join(", ")}` : `did you mean ${nearest}?`;
		throw new HeadgateError("check.unknown", `there is no check ${name.slice(0, 80)} to turn off`, {
			hint,
			path: `checks.off[${index}]`,
		});
	}
}
