/** One thing that is wrong with a manifest, with its place. `code` is a row of the error catalogue. */
export interface ManifestProblem {
	readonly code: string;
	readonly message: string;
	readonly hint: string;
	/** Place in the manifest, such as `datasets[0].sha256`. */
	readonly path: string;
	/** From 1; absent when the text could not be read at all. */
	readonly line?: number;
	readonly col?: number;
}

export type ManifestPath = readonly (string | number)[];

/** `['datasets', 0, 'sha256']` as `datasets[0].sha256`. */
export function renderPath(path: ManifestPath): string {
	return path.reduce<string>((text, step) => {
		if (typeof step === "number") return `${text}[${step}]`;
		return text === "" ? step : `${text}.${step}`;
	}, "");
}

/** `model.yaml:3:7: message`, as editors understand it. */
export function renderProblem(problem: ManifestProblem, file = "model.yaml"): string {
	const place = problem.line === undefined ? file : `${file}:${problem.line}:${problem.col}`;
	return `${place}: ${problem.message}`;
}
