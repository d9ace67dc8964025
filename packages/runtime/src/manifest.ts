/** What the runtime needs of model.yaml. Paths are relative to the package folder. */
export interface RuntimeManifest {
	readonly name: string;
	readonly version: string;
	readonly runtime: { readonly kind: string; readonly entry: string };
	readonly code?: { readonly pre?: string | null | undefined; readonly post?: string | null | undefined } | null | undefined;
	readonly schema: { readonly input: string; readonly output: string };
	readonly examples?: string | null | undefined;
	readonly features?: string | null | undefined;
}

/** A JSON Schema 2020-12 document as parsed. */
export type JsonSchema = Readonly<Record<string, unknown>>;
