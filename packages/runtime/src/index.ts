/** Loads a package and runs it, in a thread or, when tiny, in the caller's loop. Routing, validation and counting are the gateway's. */
export { type Example, parseExamples } from "./examples.ts";
export { goldenInference } from "./golden.ts";
export { type LoadModelOptions, loadModel } from "./load-model.ts";
export type { JsonSchema, RuntimeManifest } from "./manifest.ts";
export type { LoadedModel, Prediction } from "./model.ts";
export { type TensorField, tensorFields } from "./onnx/tensor-schema.ts";
export { runtimeVersions } from "./runtime-versions.ts";
