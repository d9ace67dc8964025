import { spdxId } from "../dependencies/licence/spdx-expression.ts";
import { printable } from "../files/package-path.ts";
import { readModelCard } from "../imports/front-matter.ts";
import type { FolderView } from "./folder-view.ts";

/** What cards and configurations beside the weights tell of a model. */
export interface ModelFacts {
	/** SPDX: `Apache-2.0`, `LicenseRef-llama3.1`. */
	readonly license?: string;
	readonly annotations: Readonly<Record<string, string>>;
}

const CONTEXT_KEYS = ["max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length", "max_seq_len", "seq_length"];
const MAX_LENGTH = 200;

export async function modelFacts(view: FolderView): Promise<ModelFacts> {
	const readme = view.pick(/^README\.md$/, /^CARD\.md$/);
	const card = readModelCard((readme === undefined ? undefined : await view.text(readme)) ?? "");
	const config = (await view.json("config.json")) ?? {};
	const tokenizer = (await view.json("tokenizer_config.json")) ?? {};
	const annotations: Record<string, string> = {};
	if (card.baseModels.length > 0) annotations["base_model"] = short(card.baseModels.join(", "));
	if (card.task !== undefined) annotations["task"] = short(card.task);
	const architectures = config["architectures"];
	if (Array.isArray(architectures) && typeof architectures[0] === "string") annotations["architecture"] = short(architectures[0]);
	const context = contextLength(config) ?? saneLength(tokenizer["model_max_length"]);
	if (context !== undefined) annotations["context_length"] = String(context);
	const license = licenseOf(card.license, card.licenseName);
	return { ...(license === undefined ? {} : { license }), annotations };
}

/** The length the positions are made for; a language model within a larger one has it in `text_config`. */
function contextLength(config: Readonly<Record<string, unknown>>): number | undefined {
	const inner = config["text_config"];
	const places = [config, typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {}];
	return places.flatMap((place) => CONTEXT_KEYS.map((key) => saneLength(place[key]))).find((length) => length !== undefined);
}

/** Tokenizers write 10^30 for "no limit". */
function saneLength(value: unknown): number | undefined {
	return typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value <= 1e8 ? value : undefined;
}

/** Model cards name licences in lower case, and those that SPDX does not list by names of their own. */
function licenseOf(license: string | undefined, name: string | undefined): string | undefined {
	const said = license === "other" ? name : license;
	if (said === undefined || said === "unknown") return undefined;
	const reference = said
		.replace(/[^A-Za-z0-9.-]+/g, "-")
		.replace(/^-+|-+$/g, "")
		.slice(0, 100);
	return spdxId(said) ?? (reference === "" ? undefined : `LicenseRef-${reference}`);
}

function short(text: string): string {
	return printable(text).slice(0, MAX_LENGTH);
}
