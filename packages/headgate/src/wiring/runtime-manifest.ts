import type { Manifest } from "@headgate/protocol";
import { HeadgateError } from "@headgate/protocol";
import type { RuntimeManifest } from "@headgate/runtime";

/** The part of model.yaml that a runtime reads. Throws `runtime.kind-not-available` for a kind without an entry file. */
export function runtimeManifest(manifest: Manifest): RuntimeManifest {
	const { name, version, runtime, schema, code, examples, features } = manifest;
	if (runtime.entry === undefined)
		throw new HeadgateError("runtime.kind-not-available", `runtime.kind is "${runtime.kind}", expected onnx`, {
			path: "runtime.kind",
		});
	return {
		name,
		version,
		runtime: { kind: runtime.kind, entry: runtime.entry },
		schema,
		code: code ?? null,
		examples: typeof examples === "string" ? examples : null,
		features: typeof features === "string" ? features : null,
	};
}
