/** Whether what the package needs is pinned, hashed, licensed and there. */
import type { Check } from "../check.ts";

export const DEPENDENCY_CHECKS: readonly Check[] = [];
