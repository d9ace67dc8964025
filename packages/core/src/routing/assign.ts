import type { ArmRoute, EndpointRoute } from "./route-table.ts";

/**
 * Which arm answers: a pure function of the route and a number u in [0, 1).
 *
 * The challenger owns the interval from 0 to its weight, so raising a weight only moves keys from champion to challenger and
 * never between two users of the same arm. Arms that may not serve (not ready, breaker open, lease over) fall to the champion.
 */
export function assignArm(route: EndpointRoute, u: number, mayServe: (arm: ArmRoute) => boolean): ArmRoute {
	const champion = route.arms[0]!;
	let upTo = 0;
	for (let i = 1; i < route.arms.length; i++) {
		const arm = route.arms[i]!;
		upTo += arm.weightPercent / 100;
		if (u < upTo) return mayServe(arm) ? arm : champion;
	}
	return champion;
}
