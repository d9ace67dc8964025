/** Model packages: manifest, digests, file formats, checks, ingest and store. It loads no model and knows no endpoint. */
export * from "./files/read-at.ts";
export { readOnnx } from "./formats/onnx/read-onnx.ts";
export { readManifest } from "./manifest/read-manifest.ts";
