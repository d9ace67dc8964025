/** Plain files as a store: the evidence of each endpoint as append-only lines. The journal lives in sqlite. */
export { openEvidenceLog, openEvidenceReader } from "./evidence-log.ts";
export { fileFault } from "./file-faults.ts";
export { FileNotifier } from "./file-notifier.ts";
