/** What a release of onnxruntime loads; inclusive on both ends. */
export interface OnnxRuntimeLimits {
	readonly irVersion: readonly [min: number, max: number];
	/** Of the domain ai.onnx. */
	readonly opset: readonly [min: number, max: number];
}

/** By release. Measured by loading one small model per IR version and opset. */
export const ONNXRUNTIME_LIMITS: Readonly<Record<string, OnnxRuntimeLimits>> = {
	"1.30.0": { irVersion: [3, 13], opset: [6, 26] },
};

/** The release assumed for a weight file alone. */
export const DEFAULT_ONNXRUNTIME = "1.30.0";
