/** What a `config.json` says of the shapes of its model; undefined where it does not. */
export interface ModelConfig {
	readonly vocabSize: number | undefined;
	/** Width of the embeddings. */
	readonly width: number | undefined;
	/** Only where one number tells all layers: no encoder beside a decoder, no model inside the model. */
	readonly layers: number | undefined;
	/** Layers that predict further tokens, which some count and some do not. */
	readonly extraLayers: number;
	readonly tied: boolean | undefined;
	/** Such as `bfloat16`. */
	readonly dtype: string | undefined;
	readonly quantized: boolean;
	readonly causal: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a configuration of transformers. What is of another kind than it should be counts as not said. */
export function modelConfig(document: unknown): ModelConfig {
	const fields = fieldsOf(document);
	const text = fieldsOf(fields["text_config"] ?? fields["llm_config"] ?? fields["language_config"]);
	const of = (...keys: string[]): number | undefined => {
		for (const source of [fields, text]) for (const key of keys) if (isCount(source[key])) return source[key] as number;
		return undefined;
	};
	const composed = Object.entries(fields).some(([key, value]) => /(_config|^encoder|^decoder)$/.test(key) && isModelPart(value));
	const pair =
		fields["is_encoder_decoder"] === true || isCount(fields["decoder_layers"]) || isCount(fields["num_decoder_layers"]);
	const dtype = fields["torch_dtype"] ?? fields["dtype"];
	const architectures = Array.isArray(fields["architectures"]) ? fields["architectures"] : [];
	return {
		vocabSize: of("vocab_size", "n_vocab"),
		width: of("embedding_size", "word_embed_proj_dim", "emb_dim", "hidden_size", "n_embd", "d_model", "dim"),
		layers: composed || pair ? undefined : of("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
		extraLayers: of("num_nextn_predict_layers", "mtp_num_layers") ?? 0,
		tied: typeof fields["tie_word_embeddings"] === "boolean" ? fields["tie_word_embeddings"] : undefined,
		dtype: typeof dtype === "string" ? dtype.replace(/^torch\./, "") : undefined,
		quantized: ["quantization_config", "quantization", "compression_config"].some(
			(key) => Object.keys(fieldsOf(fields[key])).length > 0,
		),
		causal: architectures.some((name) => typeof name === "string" && name.endsWith("ForCausalLM")),
	};
}

/** Ids of special tokens and lists of them, with the keys under which they stand. */
export function specialIds(document: unknown): { readonly key: string; readonly id: number }[] {
	const found: { key: string; id: number }[] = [];
	for (const [key, value] of Object.entries(fieldsOf(document))) {
		if (!/(^|_)token_ids?$|^(begin_)?suppress_tokens$/.test(key)) continue;
		const ids = Array.isArray(value) ? value.slice(0, 1_000) : [value];
		for (const id of ids) if (typeof id === "number") found.push({ key, id });
	}
	return found;
}

export function fieldsOf(value: unknown): Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function isCount(value: unknown): boolean {
	return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

/** A configuration inside the configuration that has layers of its own. */
function isModelPart(value: unknown): boolean {
	return Object.keys(fieldsOf(value)).some((key) => /layers?$|^depth/.test(key));
}
