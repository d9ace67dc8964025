import { createRequire } from "node:module";

/** Exact versions of what models run on here, by name: `node` and `onnxruntime`. */
export function runtimeVersions(): Readonly<Record<string, string>> {
	const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
	return { node: process.versions.node, onnxruntime: version };
}
