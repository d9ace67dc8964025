import { archiveErrors } from "./archive-errors.ts";
import { checkErrors } from "./check-errors.ts";
import { contentsErrors } from "./contents-errors.ts";
import { controlErrors } from "./control-errors.ts";
import { dependencyErrors } from "./dependency-errors.ts";
import type { ErrorRow } from "./error-row.ts";
import { evidenceErrors } from "./evidence-errors.ts";
import { gatewayErrors } from "./gateway-errors.ts";
import { outcomeErrors } from "./outcome-errors.ts";
import { pickleErrors } from "./pickle-errors.ts";
import { planErrors } from "./plan-errors.ts";
import { smokeErrors } from "./smoke-errors.ts";
import { storageErrors } from "./storage-errors.ts";
import { tensorsErrors } from "./tensors-errors.ts";
import { uploadErrors } from "./upload-errors.ts";

/** Every error code of Headgate. docs/reference/errors.md is made from it and a test holds both together. */
export const ERRORS: Readonly<Record<string, ErrorRow>> = {
	...archiveErrors,
	...checkErrors,
	...contentsErrors,
	...controlErrors,
	...dependencyErrors,
	...evidenceErrors,
	...gatewayErrors,
	...outcomeErrors,
	...pickleErrors,
	...planErrors,
	...smokeErrors,
	...storageErrors,
	...tensorsErrors,
	...uploadErrors,
};
