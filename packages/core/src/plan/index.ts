/** The plan and gate language: text in, a complete plan or a refusal that points at the word out. Judging belongs to analysis. */
export type * from "./plan.ts";
