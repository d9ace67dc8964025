import path from "node:path";
import { HeadgateError } from "@headgate/protocol";
import { type ControlClient, toFault } from "./control-client.ts";

export interface Pushed {
	readonly name: string;
	readonly version: string;
	readonly digest: string;
	readonly isNew: boolean;
	readonly report: { readonly lines: readonly string[]; readonly ms: number; readonly level: string };
}

type PushLine =
	| { readonly type: "progress"; readonly doneBytes: number; readonly totalBytes: number }
	| ({ readonly type: "result" } & Pushed)
	| { readonly type: "error"; readonly error: Parameters<typeof toFault>[0] };

/** Has control take a package folder, or an archive, of this machine into its store. Throws what control refuses it with. */
export function pushFolder(
	client: ControlClient,
	folder: string,
	onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<Pushed> {
	return pushedOf(client.lines("/api/v1/packages", { folder: path.resolve(folder) }), onProgress);
}

/** The end of a push from the lines that it answers with. Throws the refusal. */
export async function pushedOf(
	lines: AsyncIterable<Record<string, unknown>>,
	onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<Pushed> {
	for await (const raw of lines) {
		const line = raw as unknown as PushLine;
		if (line.type === "progress") onProgress(line.doneBytes, line.totalBytes);
		if (line.type === "error") throw toFault(line.error);
		if (line.type === "result") return line;
	}
	throw new HeadgateError("control.cut-off", "the control process ended before the push was done");
}
