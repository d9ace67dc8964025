import type { IncomingHttpHeaders } from "node:http";
import { USER_BUCKETS } from "@headgate/core/analysis";
import { assignArm } from "@headgate/core/routing";
import { HeadgateError } from "@headgate/protocol";
import type { Arm, Serving } from "./arm.ts";
import type { Choice, Endpoint } from "./endpoint.ts";
import type { GatewayState } from "./gateway-state.ts";
import { findStickyKey, type StickyPlace } from "./sticky.ts";

/** An arm with what it needs to serve; `serving` is taken once, so that an unload meanwhile cannot pull it away. */
export interface ReadyArm {
	readonly arm: Arm;
	readonly serving: Serving;
}

/** The arm whose input schema judges requests. Throws `gateway.not-ready`. */
export function championOf(state: GatewayState, endpoint: Endpoint): ReadyArm {
	const arm = state.parts.arms.get(endpoint.route.arms[0]!.key);
	if (arm?.serving != null) return { arm, serving: arm.serving };
	if (endpoint.standIn?.serving != null) return { arm: endpoint.standIn, serving: endpoint.standIn.serving };
	const why = arm?.status.state === "failed" ? `failed to load: ${arm.status.reason}` : "is still warming up";
	throw new HeadgateError("gateway.not-ready", `"${endpoint.name}": version ${endpoint.route.arms[0]!.version} ${why}`);
}

/** Who answers. Arms on trial need the lease and a closed breaker; an arm that is not ready falls to the champion. */
export function chooseArm(
	state: GatewayState,
	endpoint: Endpoint,
	champion: ReadyArm,
	headers: IncomingHttpHeaders,
	instances: readonly unknown[],
): Choice {
	const { route } = endpoint;
	const own: Choice = {
		arm: champion.arm,
		route: champion.arm === endpoint.standIn ? { ...champion.arm.route, role: "previous" } : route.arms[0]!,
		as: champion.arm === endpoint.standIn ? "previous" : route.arms[0]!.role,
		bucket: randomBucket(),
		random: false,
	};
	if (!endpoint.hasLottery && route.rollout === null) return own;
	const key = findStickyKey(route.arms[0]!.configuration.sticky, headers, instances[0]);
	const { position, bucket } = key === null ? randomPlace() : state.stickyPosition(route.rollout ?? "", key);
	if (!endpoint.hasLottery) return { ...own, bucket };
	const { arms, lease, breaker } = state.parts;
	const chosen = assignArm(route, position, (arm) => {
		if (!arms.isReady(arm.key)) return false;
		return !arm.trial || (lease.holds() && !breaker.isOpen(arm.key));
	});
	if (chosen === route.arms[0]) return { ...own, bucket, random: key === null };
	return { arm: arms.get(chosen.key)!, route: chosen, as: chosen.role, bucket, random: key === null };
}

function randomPlace(): StickyPlace {
	return { position: Math.random(), bucket: randomBucket() };
}

function randomBucket(): number {
	return Math.floor(Math.random() * USER_BUCKETS);
}

/** The arm with the version in the path. Throws `gateway.unknown-version`, which names the versions there are. */
export function pinnedArm(state: GatewayState, endpoint: Endpoint, version: string): Choice {
	for (const route of endpoint.route.arms) {
		const arm = state.parts.arms.get(route.key);
		if (route.version === version && arm?.serving != null) return { arm, route, as: "pinned", bucket: 0, random: false };
	}
	const loaded = loadedVersions(state, endpoint);
	throw new HeadgateError(
		"gateway.unknown-version",
		`"${endpoint.name}" has no version ${JSON.stringify(version.slice(0, 64))} here; available: ${loaded.join(", ") || "none"}`,
	);
}

export function loadedVersions(state: GatewayState, endpoint: Endpoint): string[] {
	const ready = endpoint.route.arms.filter((route) => state.parts.arms.isReady(route.key));
	return [...new Set(ready.map((route) => route.version))];
}
