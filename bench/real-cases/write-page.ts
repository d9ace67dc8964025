/** `node bench/real-cases/write-page.ts`: brings the tables of docs/real-cases.md up to what `npm run bench -- real-cases --write` kept. */
import { readFileSync, writeFileSync } from "node:fs";
import { keptRealCases, REAL_CASES_PAGE, withTables } from "./page.ts";

writeFileSync(REAL_CASES_PAGE, withTables(readFileSync(REAL_CASES_PAGE, "utf8"), keptRealCases()));
