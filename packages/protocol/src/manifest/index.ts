/** The contract of `model.yaml`: its JSON Schema and its type. Reading and judging a manifest is packaging's. */
export * from "./manifest.ts";
export { MANIFEST_SCHEMA } from "./manifest-schema.ts";
export type { SchemaNode } from "./schema-parts.ts";
