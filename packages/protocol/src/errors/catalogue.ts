import { checkErrors } from "./check-errors.ts";
import { controlErrors } from "./control-errors.ts";
import type { ErrorRow } from "./error-row.ts";
import { gatewayErrors } from "./gateway-errors.ts";
import { planErrors } from "./plan-errors.ts";
import { storageErrors } from "./storage-errors.ts";

/** Every error code of Headgate. docs/reference/errors.md is made from it and a test holds both together. */
export const ERRORS: Readonly<Record<string, ErrorRow>> = {
	...checkErrors,
	...controlErrors,
	...gatewayErrors,
	...planErrors,
	...storageErrors,
};
