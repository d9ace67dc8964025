import path from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository: the fleet starts the real command from its source. */
export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

export const COMMAND = path.join(ROOT, "packages/headgate/src/main.ts");

/** The load generator of the demo. */
export const LOAD_GENERATOR = path.join(ROOT, "packages/headgate/src/demo/load-generator.ts");

/** The example with four versions of a credit model. */
export const EXAMPLE = path.join(ROOT, "examples/credit-risk");
