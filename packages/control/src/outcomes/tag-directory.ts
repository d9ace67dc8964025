import { keyOf } from "@headgate/core/rollout";
import { tagOf } from "@headgate/protocol";
import type { EndpointRecord } from "../installation/installation.ts";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { Directory } from "./attribute.ts";

/** Which endpoints and arms there are, by the tags that stand in prediction ids. Every arm that ever answered was one of a rollout. */
export class TagDirectory {
	readonly #keeper: StateKeeper;
	/** By name or key: hashing all of them anew for each message would cost more than the message. */
	readonly #tags = new Map<string, string>();

	constructor(keeper: StateKeeper) {
		this.#keeper = keeper;
	}

	/** As the installation is now. */
	now(): Directory {
		const { installation } = this.#keeper;
		const endpoints = new Map<string, EndpointRecord>();
		for (const endpoint of installation.endpoints.values()) endpoints.set(this.#tagOf(endpoint.name), endpoint);
		const arms = new Map<string, string>();
		for (const { endpoint, champion, challenger } of installation.rollouts.values()) {
			for (const arm of [champion, challenger]) if (arm !== null) arms.set(`${endpoint} ${this.#tagOf(keyOf(arm))}`, keyOf(arm));
		}
		return {
			endpoint: (tag) => {
				const found = endpoints.get(tag);
				return found === undefined ? undefined : { name: found.name, businessMetrics: found.config.businessMetrics };
			},
			arm: (endpoint, tag) => arms.get(`${endpoint} ${tag}`),
		};
	}

	#tagOf(name: string): string {
		let tag = this.#tags.get(name);
		if (tag === undefined) {
			tag = tagOf(name);
			this.#tags.set(name, tag);
		}
		return tag;
	}
}
