import { USER_BUCKETS } from "./outcomes.ts";

/** One sum, kept by bucket of users and by block of time: what varies together must be seen together. */
export class GroupedSums {
	readonly byUser = new Float64Array(USER_BUCKETS);
	/** By block, from the stretch's beginning; as long as there was something to add. */
	readonly byBlock: number[] = [];

	add(bucket: number, block: number, value: number): void {
		this.byUser[bucket]! += value;
		while (this.byBlock.length <= block) this.byBlock.push(0);
		this.byBlock[block]! += value;
	}

	total(): number {
		return this.byUser.reduce((sum, value) => sum + value, 0);
	}
}

/** Read only: of what has not been seen. */
export const NO_SUMS = new GroupedSums();
