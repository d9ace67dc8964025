import { HeadgateError } from "@headgate/protocol";
import type { ControlRig } from "./control-rig.ts";

/** A disk that has no room when it says so. It wraps stores whose `append` names first what it appends to. */
export class FullDisk {
	/** By stream of the journal or endpoint of the evidence. */
	isFull: (to: string) => boolean = () => false;
	refused = 0;

	wrap<T extends { append(to: string, ...rest: never[]): Promise<unknown> }>(store: T): T {
		return new Proxy(store, {
			get: (target, key) => {
				const value = Reflect.get(target, key, target) as unknown;
				if (typeof value !== "function") return value;
				const call = value.bind(target) as (...args: readonly unknown[]) => unknown;
				if (key !== "append") return call;
				return async (...args: readonly [string, ...unknown[]]) => {
					if (!this.isFull(args[0])) return call(...args);
					this.refused++;
					throw new HeadgateError("disk.full", `no room to append to ${args[0]}`);
				};
			},
		});
	}
}

/** Lets control go on as its loop would: a fault of the disk is reported, and the next pass tries again. */
export async function despite(rig: ControlRig, count: number): Promise<void> {
	for (let i = 0; i < count; i++) {
		for (const step of [() => rig.report(), () => rig.pass()]) {
			try {
				await step();
			} catch (fault) {
				if (!(fault instanceof HeadgateError) || fault.code !== "disk.full") throw fault;
			}
		}
	}
}
