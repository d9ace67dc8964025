import type { ArmRoute, EndpointRoute } from "@headgate/core/routing";
import { HeadgateError } from "@headgate/protocol";

/**
 * Where a rollback without control leads: a running trial ends and the champion answers everything; without a trial the warm
 * previous version does. Throws `gateway.nothing-to-roll-back`.
 */
export function rollbackTarget(route: EndpointRoute, isReady: (arm: ArmRoute) => boolean): ArmRoute {
	if (route.arms.some((arm) => arm.trial && arm.weightPercent > 0)) return route.arms[0]!;
	const previous = route.arms.find((arm) => arm.role === "previous" && isReady(arm));
	if (previous !== undefined) return previous;
	throw new HeadgateError(
		"gateway.nothing-to-roll-back",
		`"${route.endpoint}" has no trial under way and no warm previous version here`,
	);
}

/**
 * Whether a rollback made without control still has to stand under a newer table. It stands until control has made it its own: a table
 * that only bears a new epoch, a new weight or new thresholds does not know of it yet. A new champion, another
 * version on trial, or a target that is gone ends it.
 */
export function stillNeeded(to: string, before: EndpointRoute | undefined, after: EndpointRoute | undefined): boolean {
	const champion = after?.arms[0];
	if (before === undefined || after === undefined || champion?.key !== before.arms[0]?.key) return false;
	const target = after.arms.find((arm) => arm.key === to);
	if (target === undefined) return false;
	const known = new Set(before.arms.map((arm) => arm.key));
	return target !== champion || after.arms.some((arm) => arm.trial && arm.weightPercent > 0 && known.has(arm.key));
}

/** The route with one arm answering everything. Roles stay as control named them: the windows say who was who. */
export function withEverythingTo(route: EndpointRoute, key: string): EndpointRoute {
	const target = route.arms.find((arm) => arm.key === key);
	if (target === undefined) return route;
	const others = route.arms.filter((arm) => arm.key !== key).map((arm) => ({ ...arm, weightPercent: 0 }));
	return { ...route, arms: [{ ...target, weightPercent: 100, trial: false }, ...others] };
}
