import { HeadgateError } from "@headgate/protocol";
import { foldedPath, pathProblem, printable } from "./package-path.ts";
import { MAX_FILES } from "./walk-package.ts";

/** Paths that are to become files of one package, checked one by one before anything is written. */
export class PathSet {
	/** Each file and each folder above one, as it was first spelled, by its folded form. */
	readonly #seen = new Map<string, { readonly path: string; readonly isFile: boolean }>();
	#files = 0;

	/** Throws HeadgateError `package.path`, `package.duplicate-path` and `package.too-many-files`. */
	add(path: string): void {
		const problem = pathProblem(path);
		if (problem !== undefined)
			throw new HeadgateError("package.path", `the path '${printable(path)}' cannot be kept: ${problem}`, {
				path: printable(path),
			});
		if (++this.#files > MAX_FILES)
			throw new HeadgateError("package.too-many-files", `more than ${MAX_FILES.toLocaleString("en")} files`);
		for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) this.#take(path.slice(0, end), false);
		this.#take(path, true);
	}

	#take(path: string, isFile: boolean): void {
		const folded = foldedPath(path);
		const before = this.#seen.get(folded);
		if (before === undefined) {
			this.#seen.set(folded, { path, isFile });
			return;
		}
		if (!isFile && !before.isFile && before.path === path) return;
		const message = `'${path}' and '${before.path}' are one path on some file systems`;
		throw new HeadgateError("package.duplicate-path", message, { path });
	}
}
