import { fileFault } from "@headgate/adapters/filesystem";
import { HeadgateError } from "@headgate/protocol";

/** Whatever was thrown, as a fault with a code. A full or refusing disk is told as such; a bug keeps its stack. */
export function asFault(error: unknown): HeadgateError {
	if (error instanceof HeadgateError) return error;
	if (!(error instanceof Error)) return new HeadgateError("control.internal", String(error));
	const { code, path } = error as NodeJS.ErrnoException;
	// A failed write names no path, and a refused connection is no matter of files.
	const fault = path !== undefined || code === "ENOSPC" ? fileFault(error, path ?? "a file") : error;
	return fault instanceof HeadgateError ? fault : new HeadgateError("control.internal", error.stack ?? error.message);
}
