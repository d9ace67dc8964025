import type { ArmRoute, EndpointRoute } from "@headgate/core/routing";
import type { Arm } from "./arm.ts";
import type { EndpointRecorder } from "./record.ts";

/** An endpoint as this gateway serves it now: the route in force and what counts its requests. */
export interface Endpoint {
	readonly name: string;
	/** The table's route, with an override of this host applied. */
	readonly route: EndpointRoute;
	/** False when one arm has all the weight: then no lottery is held. */
	readonly hasLottery: boolean;
	/** Of its name, as it stands in prediction ids. */
	readonly tag: string;
	readonly recorder: EndpointRecorder;
	/** The champion before, while the champion of the table is not ready here. */
	readonly standIn: Arm | null;
}

/** The arm that took a request, and as what. */
export interface Choice {
	readonly arm: Arm;
	readonly route: ArmRoute;
	/** As the answer's header says it. */
	readonly as: "champion" | "challenger" | "previous" | "pinned";
	/** The caller's bucket of users, 0 to USER_BUCKETS - 1; random for callers without a sticky key. */
	readonly bucket: number;
	/** The place in the lottery came from a random number: this caller may meet another version next time. */
	readonly random: boolean;
}
