import { CHECKS } from "./all-checks.ts";
import { ONNXRUNTIME_LIMITS } from "./onnx/onnxruntime-limits.ts";

/** docs/reference/checks.md, made from the checks themselves. */
export function checksReference(): string {
	return [
		"# Checks",
		"",
		"What `headgate check`, `push` and `deploy` validate before anything of a package is loaded. Checks run side by side, each with its",
		"own deadline. A check of severity `block` or `high` that fails, or that cannot be carried out, refuses the package; `warn` and",
		"`info` are shown. An endpoint's policy may turn checks off by id (`checks: { off: [C03] }`): they are then shown as skipped.",
		"This page is made from `packages/packaging/src/checks`; change it there.",
		"",
		"| id | severity | check | refuses |",
		"|---|---|---|---|",
		...CHECKS.map((check) => `| ${check.id} | ${check.severity} | ${check.title} | ${check.refuses.replaceAll("|", "\\|")} |`),
		"",
		"## How deep A04 looks",
		"",
		"| tier | what | finds |",
		"|---|---|---|",
		"| L0 | the digest recomputed from the lock | edited metadata |",
		"| L1 | size, times, inode and device of each file against its seal | a file replaced, cut off or edited since it was stored |",
		"| L2 | structures read again and compared | another file under the same name |",
		"| L3 | the first, the last and 16 random chunks of 8 MiB; the seed is shown | overwritten regions, tails of zeros |",
		"| L4 | every byte, when it fits the time, and always when a seal is missing or broken | single changed bytes |",
		"",
		'Sampling does not find every change: when L4 did not run, the answer says so under "not verified".',
		"",
		"## Runtimes C02 knows",
		"",
		"| onnxruntime | IR version | ai.onnx opset |",
		"|---|---|---|",
		...Object.entries(ONNXRUNTIME_LIMITS).map(([release, { irVersion, opset }]) => {
			return `| ${release} | ${irVersion.join(" to ")} | ${opset.join(" to ")} |`;
		}),
		"",
	].join("\n");
}
