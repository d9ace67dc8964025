/** Formats that can run code when they are loaded: pickle, joblib, torch, NumPy, Keras. Allowed is what is listed. */
import type { Check } from "../check.ts";

export const PICKLE_CHECKS: readonly Check[] = [];
