/** Windows of champion and challenger in, verdicts with evidence out. The tests themselves live in statistics. */
export type * from "./window.ts";
