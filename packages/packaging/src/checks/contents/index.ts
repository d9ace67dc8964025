/** What else lies in a package: configuration, tokenizers, templates, code, secrets. */
import type { Check } from "../check.ts";

export const CONTENTS_CHECKS: readonly Check[] = [];
