import type { Output } from "../terminal/output.ts"; export async function runDemo(output: Output, keep: boolean): Promise<void> { output.line(String(keep)); }
