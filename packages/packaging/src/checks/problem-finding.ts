import { ERRORS } from "@headgate/protocol";
import type { TensorProblem } from "../formats/safetensors/safetensors-file.ts";
import type { Finding } from "./check.ts";

/** A problem of a file of tensors as a finding. */
export function problemFinding(file: string, { code, message, severity, offset }: TensorProblem): Finding {
	return {
		code,
		message: `${file}: ${message}`,
		hint: ERRORS[code]!.hint,
		file,
		...(severity === undefined ? {} : { severity }),
		...(offset === undefined ? {} : { offset }),
	};
}
