/** Whether what the package needs is pinned, hashed, licensed and there. */
import type { Check } from "../check.ts";
import { g01Requirements } from "./g01-requirements.ts";
import { g02NpmLock } from "./g02-npm-lock.ts";
import { g04HostVersions } from "./g04-host-versions.ts";
import { g05Licence } from "./g05-licence.ts";

export const DEPENDENCY_CHECKS: readonly Check[] = [g01Requirements, g02NpmLock, g04HostVersions, g05Licence];
