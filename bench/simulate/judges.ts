import { ALPHA_FAIL } from "@headgate/core/statistics";

/** A judge that spends twenty times the error budget it may: a bench that lets it pass shows nothing. */
export const BROKEN = "alpha x 20";
export const BROKEN_ALPHA = 20 * ALPHA_FAIL;
