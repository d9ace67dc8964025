/** Small ONNX files and whole packages made of nothing, for tests of everything that loads a model. It never reads a model. */
export { encodeOnnx, type OnnxGraph, type OnnxValue } from "./encode-onnx.ts";
export { type PackageFiles, writeTestPackage } from "./test-package.ts";
