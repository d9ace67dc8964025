/** Whether the schemas can be used, and callers of the champion can stay as they are. */
import type { Check } from "../check.ts";
import { h01SchemasCompile } from "./h01-schemas-compile.ts";
import { h02ExamplesFit } from "./h02-examples-fit.ts";
import { h03Compatibility } from "./h03-compatibility.ts";

export const SCHEMA_CHECKS: readonly Check[] = [h01SchemasCompile, h02ExamplesFit, h03Compatibility];
