/** What the manifest says of the package: complete, and what it leaves out. */
import type { Check } from "../check.ts";
import { m01Manifest } from "./m01-manifest.ts";
import { m02LeftOut } from "./m02-left-out.ts";

export const MANIFEST_CHECKS: readonly Check[] = [m01Manifest, m02LeftOut];
