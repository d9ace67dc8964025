import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EXAMPLE } from "./places.ts";

/** How a version of the credit model goes wrong, in the code that it brings along. */
export interface Fault {
	/** Runs before the model on each batch, `instances` in hand; may wait, hang or throw. */
	readonly before?: string;
	/** Runs after it on each prediction `p`; may spoil it. */
	readonly after?: string;
}

/** Sound for so long after loading: the first load's measuring must find nothing, or the version gets no traffic at all. */
const SOUND_MS = 8_000;

/** Writes a copy of credit-risk 1.1.0 as another version (after `previous`) that asks the backend for every batch and has a fault. Returns its folder. */
export function writeFaultyPackage(folder: string, version: string, previous: string, backendUrl: string, fault: Fault): string {
	const dir = path.join(folder, `credit-risk-${version}`);
	cpSync(path.join(EXAMPLE, "packages/credit-risk-1.1.0"), dir, { recursive: true });
	const edit = (file: string, change: (text: string) => string) => {
		writeFileSync(path.join(dir, file), change(readFileSync(path.join(dir, file), "utf8")));
	};
	edit("model.yaml", (text) =>
		text.replace('version: "1.1.0"', `version: "${version}"`).replace("credit-risk@1.0.0", `credit-risk@${previous}`),
	);
	edit("evaluation.json", (text) => text.replace('"version": "1.1.0"', `"version": "${version}"`));
	edit("pre.mjs", (text) =>
		text.replace(
			"export default function pre(instances, context) {",
			`const soundUntilMs = performance.now() + ${SOUND_MS};
export default async function pre(instances, context) {
	const answer = await fetch("${backendUrl}");
	await answer.arrayBuffer();
	if (!answer.ok) throw new Error("the feature store failed");
	if (performance.now() > soundUntilMs) { ${fault.before ?? ""} }`,
		),
	);
	edit("post.mjs", (text) =>
		text.replace(
			"export default function post(outputs, instances) {",
			`const soundUntilMs = performance.now() + ${SOUND_MS};
export default function post(outputs, instances) {
	return sound(outputs, instances).map((p) => { if (performance.now() > soundUntilMs) { ${fault.after ?? ""} } return p; });
}
function sound(outputs, instances) {`,
		),
	);
	return dir;
}
