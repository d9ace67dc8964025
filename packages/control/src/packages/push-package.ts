import { type Actor, HeadgateError } from "@headgate/protocol";
import type { StateKeeper } from "../installation/state-keeper.ts";
import type { PushedPackage } from "./ports.ts";

/**
 * Brings a package into the journal once `bring` has it in the store, from a folder or an upload. The same content again is no error;
 * other content under the same version is.
 */
export async function pushPackage(
	keeper: StateKeeper,
	bring: () => Promise<PushedPackage>,
	actor: Actor,
): Promise<PushedPackage & { readonly isNew: boolean }> {
	const pushed = await bring();
	return keeper.exclusively(async () => {
		const { digest, name, version, owner, bytes } = pushed;
		const before = keeper.installation.findPackage(name, version);
		if (before !== undefined && before.digest !== digest) {
			throw new HeadgateError("version.immutable", `${name}@${version} was pushed as ${before.digest}, this is ${digest}`);
		}
		if (before !== undefined) return { ...pushed, isNew: false };
		const data = { digest, name, version, owner, bytes };
		await keeper.append(`package/${name}@${version}`, [{ type: "PackagePushed", actor, cause: null, data }]);
		return { ...pushed, isNew: true };
	});
}
