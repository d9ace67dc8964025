/** What the manifest says of the package: complete, what it leaves out, and whether a runtime here serves it. */
import type { Check } from "../check.ts";
import { m01Manifest } from "./m01-manifest.ts";
import { m02LeftOut } from "./m02-left-out.ts";
import { m03Servable } from "./m03-servable.ts";

export const MANIFEST_CHECKS: readonly Check[] = [m01Manifest, m02LeftOut, m03Servable];
