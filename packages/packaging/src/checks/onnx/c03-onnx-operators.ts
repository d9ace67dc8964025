import { printable } from "../../files/package-path.ts";
import { type Check, fail, pass, skipped } from "../check.ts";

const KNOWN_DOMAINS = new Set(["", "ai.onnx", "ai.onnx.ml", "com.microsoft"]);

export const c03OnnxOperators: Check = {
	id: "C03",
	title: "Only operators of the runtime",
	severity: "high",
	refuses: "Operators of domains that need a library of native code, and operators that run Python.",
	why: "A custom operator is a shared library: native code with the rights of the server that loads it.",
	async run(context) {
		const models = await context.readableOnnx();
		if (models.length === 0) return skipped("there is no readable ONNX file");
		const training: string[] = [];
		for (const { path: file, model } of models) {
			const own = new Set(model.functionDomains);
			const python = model.operators.find((operator) => /python|pyop/i.test(operator.type));
			const where = { file };
			if (python !== undefined) {
				return fail(
					"onnx.operator",
					`${file} uses the operator ${printable(python.type)}, which runs Python`,
					"Export without it.",
					where,
				);
			}
			const foreign = model.operators.find((operator) => !KNOWN_DOMAINS.has(operator.domain) && !own.has(operator.domain));
			if (foreign !== undefined) {
				const message = `${file} uses ${printable(foreign.domain)}.${printable(foreign.type)}, which needs a library of native code`;
				return fail("onnx.operator", message, "Export with standard operators (ai.onnx, ai.onnx.ml, com.microsoft).", where);
			}
			if (model.trainingInfoCount > 0) training.push(file);
		}
		const outcome = pass(models.map(({ model }) => `${model.operators.length} kinds of operators`).join("; "));
		return training.length === 0
			? outcome
			: fail("onnx.operator", `${training.join(", ")} carries training information`, "Leave it out: it is never used.", {
					severity: "warn",
				});
	},
};
