import { elemName } from "../formats/onnx/elem-types.ts";
import { CHECKS } from "./all-checks.ts";
import type { Check } from "./check.ts";
import { inGroups } from "./check-groups.ts";
import { CODED_TYPES, PLAIN_TYPES } from "./manifest/onnx-obstacles.ts";
import { ONNXRUNTIME_LIMITS } from "./onnx/onnxruntime-limits.ts";

/** docs/reference/checks.md, made from the checks themselves. */
export function checksReference(): string {
	return [
		"# Checks",
		"",
		"What `headgate check`, `push` and `deploy` validate before anything of a package is loaded. Checks run side by side, each with its",
		"own deadline, and together within 2 s; only then, and only when nothing refuses, `check --run` and `deploy` load it for the first",
		"time (H11). A check of severity `block` or `high` that fails, or that cannot be carried out, refuses the package; `warn` and `info`",
		"are shown. An endpoint's policy may turn checks off by id (`checks: { off: [C03] }`): they are then shown as skipped. `headgate",
		"check --explain ID` says the same of one check. This page is made from `packages/packaging/src/checks`; change it there.",
		...inGroups(CHECKS).flatMap(({ name, items }) => [
			"",
			`## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
			"",
			...groupTable(items),
		]),
		"",
		"## One file alone",
		"",
		"`headgate check FILE` runs the checks A to F on one weight file, but for those that speak of a whole package (A01, A04, C06). M03 then",
		"says whether a runtime here would serve it; that refuses nothing.",
		"",
		"## What the runtime serves",
		"",
		"Graphs of ONNX whose inputs and outputs are tensors with a free first size, one row for each request, of these types:",
		`${typeNames(PLAIN_TYPES)}.`,
		"`code.pre` makes tensors of any shape and also of the types",
		`${typeNames(CODED_TYPES)}; \`code.post\` reads them. Sequences, maps and optionals cannot be served: nothing makes them of JSON.`,
		"",
		"## For machines",
		"",
		"With `--json`, `check` prints one document. `path` and `kind` (`package`, `archive` or `file`) say what was checked; `verdict` is `pass` or",
		"`fail`; `servable` is `true`, `false`, or `null` where that is not known; `level` is the tier of A04 or `null`; `notVerified` lists in",
		"words what was not looked at; `ms` is the wall time without the first load. `results` has every check in order, with `id`, `title`,",
		"`severity`, `status` (`pass`, `fail`, `error`, `skipped`), `message`, `hint`, `ms`, and where there are any `code` (see [errors](errors.md)),",
		"`file`, `detail` and `findings`: each with `code`, `message`, `hint`, `severity` where it is not the check's own, `file`, and `line` and",
		"`column` (from 1) or `offset` (from 0). `--sarif FILE` writes the same findings as SARIF 2.1.0, with paths from the package folder.",
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

function groupTable(checks: readonly Check[]): string[] {
	return [
		"| id | severity | check | refuses | why |",
		"|---|---|---|---|---|",
		...checks.map(
			({ id, severity, title, refuses, why = "" }) => `| ${[id, severity, title, refuses, why].map(cell).join(" | ")} |`,
		),
	];
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function typeNames(types: ReadonlySet<number>): string {
	return [...types].map((type) => `\`${elemName(type)}\``).join(", ");
}
