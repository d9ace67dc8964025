import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../testing/package-fixture.ts";
import { importModel } from "./import-model.ts";

const REAL = fileURLToPath(new URL("../../../../../shared/data/artefacts/mlflow/sklearn_1x", import.meta.url));

it("a real MLflow folder without signature and weights, whose files differ, is refused with all of that", async () => {
	const refusal = importModel("mlflow", REAL, join(await temporaryFolder(), "x"), { resolve: false });
	await expect(refusal).rejects.toMatchObject({ code: "import.signature" });
	await expect(refusal).rejects.toThrow("MLmodel names model.pkl, which is not in the folder");
	await expect(refusal).rejects.toThrow("scikit-learn is 1.5.2 in MLmodel and 1.1.2 in conda.yaml");
	await expect(refusal).rejects.toThrow("python is 3.10.16 in MLmodel and 3.8.12 in conda.yaml, python_env.yaml");
});
