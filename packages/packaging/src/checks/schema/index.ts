/** Whether the schemas can be used, and callers of the champion can stay as they are. */
import type { Check } from "../check.ts";
import { h03Compatibility } from "./h03-compatibility.ts";

export const SCHEMA_CHECKS: readonly Check[] = [h03Compatibility];
