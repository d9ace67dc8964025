/** Which token ids a tokenizer can give, as far as they bear on the size of the embeddings. */
export interface Vocabulary {
	/** `BPE`, `WordPiece`, `WordLevel` or `Unigram`; empty where the file does not say. */
	readonly model: string;
	/** Entries of the model, without added tokens. */
	readonly entries: number;
	readonly added: number;
	/** Null for a vocabulary without a token. */
	readonly largest: { readonly id: number; readonly token: string } | null;
}
