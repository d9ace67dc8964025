import type { ErrorRow } from "./catalogue.ts";

/** The control process and the command: endpoints, rollouts, journal, disk, ports. */
export const controlErrors: Readonly<Record<string, ErrorRow>> = {};
