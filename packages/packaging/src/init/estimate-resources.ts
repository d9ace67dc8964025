const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

export interface Estimate {
	readonly memory: string;
	readonly disk: string;
}

/** What a copy may need, from the sizes of its files: a beginning, to be replaced by what is measured. */
export function estimateResources(what: {
	readonly kind: "onnx" | "python";
	readonly weightBytes: number;
	readonly totalBytes: number;
	/** Reading pickles holds the bytes and the objects made of them at once. */
	readonly isPickled: boolean;
	/** Distributions that fill disks. */
	readonly hasTorch: boolean;
}): Estimate {
	const factor = what.isPickled ? 2 : 1.3;
	const base = (what.kind === "onnx" ? 256 : what.hasTorch ? 1_024 : 512) * MIB;
	const environment = (what.kind === "onnx" ? 0.5 : what.hasTorch ? 8 : 2) * GIB;
	return {
		memory: rounded(base + factor * what.weightBytes),
		disk: `${Math.ceil((environment + 1.1 * what.totalBytes) / GIB)}Gi`,
	};
}

function rounded(bytes: number): string {
	if (bytes > 4 * GIB) return `${Math.ceil(bytes / GIB)}Gi`;
	const steps = Math.max(2, Math.ceil(bytes / (256 * MIB)));
	return steps % 4 === 0 ? `${steps / 4}Gi` : `${steps * 256}Mi`;
}
