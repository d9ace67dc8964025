import type { GgufHeader } from "../../formats/gguf/gguf-file.ts";
import type { Finding } from "../check.ts";

const HINT = "Convert the model again from the tokenizer and the weights that belong together.";
const SPECIAL = /^tokenizer\.ggml\.\w{1,40}_token_id$/;

/** Special ids of a GGUF file that its embeddings have no row for. Whether its tokens have rows is D03's. */
export function ggufFindings(path: string, { metadata, tensors }: GgufHeader): Finding[] {
	const rows = tensors.find(({ name, dims }) => name === "token_embd.weight" && dims.length === 2)?.dims[1];
	if (rows === undefined) return [];
	const findings: Finding[] = [];
	const say = (what: string): void => {
		const message = `${path}: ${what}; token_embd.weight has ${rows.toLocaleString("en")} rows`;
		findings.push({ code: "tokenizer.range", message, hint: HINT, file: path });
	};
	for (const [key, value] of Object.entries(metadata)) {
		if (!SPECIAL.test(key) || typeof value !== "object" || !("value" in value) || typeof value.value !== "number") continue;
		// The largest number of 32 bits says that there is none.
		if (value.value >= rows && value.value !== 0xffff_ffff) say(`${key} is ${value.value.toLocaleString("en")}`);
	}
	return findings;
}
