import { describe, expect, it } from "vitest";
import { readMlModel } from "./read-mlmodel.ts";
import { signatureSchema } from "./signature-schema.ts";

const FLAVORS =
	"flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    python_version: 3.10\n  sklearn:\n    pickled_model: model.pkl\n    sklearn_version: 1.5.2\n";
const withInputs = (inputs: unknown, more = ""): string => `${FLAVORS}signature:\n  inputs: '${JSON.stringify(inputs)}'\n${more}`;

function schemaOf(inputs: unknown): { properties: Record<string, unknown>; required: string[]; [key: string]: unknown } {
	return JSON.parse(signatureSchema("Input", readMlModel(withInputs(inputs)).signature!.inputs, "input"));
}

describe("an MLmodel file", () => {
	it("says versions as they are written: 3.10 is not 3.1", () => {
		const model = readMlModel(`${FLAVORS}utc_time_created: '2024-10-29 07:39:02.032550'\n`);
		expect(model).toMatchObject({
			flavors: ["sklearn"],
			data: "model.pkl",
			pythonVersion: "3.10",
			createdAt: "2024-10-29T07:39:02Z",
			signature: undefined,
		});
		expect(model.libraries.get("scikit-learn")).toBe("1.5.2");
	});

	it.each([
		["no YAML", "flavors: [", /MLmodel cannot be used: /],
		["no flavors", "run_id: x", /it has no flavors/],
		["a model outside", "flavors:\n  sklearn:\n    pickled_model: ../../etc/passwd", /it points outside the package/],
		["an absolute model", "flavors:\n  sklearn:\n    pickled_model: /etc/passwd", /it is absolute/],
		["a signature that is no JSON", `${FLAVORS}signature:\n  inputs: '['\n`, /signature\.inputs is not JSON/],
		["an unknown type", withInputs([{ name: "a", type: "complex" }]), /inputs\[0\] has the type 'complex'/],
		[
			"a tensor without a shape",
			withInputs([{ type: "tensor", "tensor-spec": { dtype: "float32" } }]),
			/without a dtype and a shape/,
		],
	])("with %s is refused", (_, text, words) => {
		expect(() => readMlModel(text)).toThrow(
			expect.objectContaining({ code: "import.mlmodel", message: expect.stringMatching(words) }),
		);
	});
});

describe("the schema of a signature", () => {
	it("keeps each column's type: whole numbers beyond 2^53 may be texts, instants are texts", () => {
		const { properties, required, additionalProperties } = schemaOf([
			{ name: "flag", type: "boolean", required: true },
			{ name: "count", type: "integer", required: true },
			{ name: "id", type: "long", required: true },
			{ name: "price", type: "double", required: false },
			{ name: "seen", type: "datetime", required: true },
			{ name: "blob", type: "binary", required: true },
		]);
		expect(properties).toEqual({
			flag: { type: "boolean", "x-tensor": { datatype: "BOOL" } },
			count: { type: "integer", minimum: -(2 ** 31), maximum: 2 ** 31 - 1, "x-tensor": { datatype: "INT32" } },
			id: { type: ["integer", "string"], pattern: "^-?[0-9]{1,19}$", "x-tensor": { datatype: "INT64" } },
			price: { type: ["number", "null"], "x-tensor": { datatype: "FP64" } },
			seen: { type: "string", format: "date-time", "x-tensor": { datatype: "BYTES" } },
			blob: { type: "string", contentEncoding: "base64", "x-tensor": { datatype: "BYTES" } },
		});
		expect(required).toEqual(["flag", "count", "id", "seen", "blob"]);
		expect(additionalProperties).toBe(false);
	});

	it("describes nested columns, and an old optional one", () => {
		const { properties, required } = schemaOf([
			{ name: "tags", type: "array", items: { type: "string" }, required: true },
			{
				name: "who",
				type: "object",
				properties: { id: { type: "long", required: true }, nick: { type: "string", required: false } },
				required: true,
			},
			{ name: "scores", type: "map", values: { type: "double" }, optional: true },
		]);
		expect(properties).toMatchObject({
			tags: { type: "array", items: { type: "string" } },
			who: { type: "object", required: ["id"], properties: { nick: { type: ["string", "null"] } }, additionalProperties: false },
			scores: { type: ["object", "null"], additionalProperties: { type: "number" } },
		});
		expect(required).toEqual(["tags", "who"]);
	});

	it("speaks of one instance: an open first size of a tensor is the batch", () => {
		const { properties } = schemaOf([{ type: "tensor", "tensor-spec": { dtype: "float32", shape: [-1, 2, -1] } }]);
		expect(properties).toEqual({
			input: {
				type: "array",
				minItems: 2,
				maxItems: 2,
				items: { type: "array", items: { type: "number" } },
				"x-tensor": { datatype: "FP32", shape: [2, -1] },
			},
		});
	});

	it("numbers what has no name", () => {
		expect(schemaOf([{ type: "long" }, { type: "double" }]).required).toEqual(["input_0", "input_1"]);
	});
});
