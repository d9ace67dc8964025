import type { ChangeKind, PackageDiff, ValueChange } from "@headgate/packaging";
import { alignRows } from "./align-rows.ts";
import type { Output } from "./output.ts";
import { renderBytes } from "./render-bytes.ts";

/** Rows of one part that are shown; `--json` has all. */
const MAX_ROWS = 40;

interface Row {
	readonly change: ChangeKind;
	readonly name: string;
	readonly before: string;
	readonly after: string;
	/** Difference, bump, or what it means. */
	readonly note: string;
	/** Whether that is good or bad; undefined where it is neither. */
	readonly good?: boolean;
}

interface Part {
	readonly name: string;
	/** Beside the name: counts, or a verdict. */
	readonly about: string;
	readonly rows: readonly Row[];
	readonly good?: boolean;
}

/** What `headgate diff` shows: the parts that differ, each with its rows, then the names of those that do not. */
export function renderDiff(diff: PackageDiff, output: Pick<Output, "paint">, width: number): string[] {
	const { a, b } = diff;
	const [from, to] = [`${a.name}@${a.version}`, `${b.name}@${b.version}`];
	const head = output.paint("bold", `${from} -> ${to}`);
	if (diff.same) return [head, "the same content, byte for byte"];
	const parts = partsOf(diff);
	const different = parts.filter(({ rows }) => rows.length > 0);
	const same = parts.filter(({ rows }) => rows.length === 0).map(({ name }) => name);
	return [
		head,
		...different.flatMap((part) => ["", ...renderPart(part, output, width)]),
		"",
		...(same.length === 0 ? [] : [`the same: ${same.join(", ")}`]),
		...diff.notCompared.map((what) => `not compared: ${what}`),
	];
}

function renderPart({ name, about, rows, good }: Part, { paint }: Pick<Output, "paint">, width: number): string[] {
	const shown = rows.slice(0, MAX_ROWS);
	const columns = shown.map((row) => [
		MARKS[row.change],
		row.name,
		row.before,
		row.before !== "" && row.after !== "" ? "->" : "",
		row.after,
		row.note,
	]);
	const lines = alignRows(columns, width - 2).map((line, at) => {
		const { change, good: isGood } = shown[at]!;
		const colour =
			isGood === undefined ? (change === "added" ? "green" : change === "removed" ? "red" : undefined) : isGood ? "green" : "red";
		return `  ${colour === undefined ? line : paint(colour, line)}`;
	});
	const more = rows.length > shown.length ? [`  and ${rows.length - shown.length} more: --json has all`] : [];
	const verdict = good === undefined ? about : paint(good ? "green" : "red", about);
	return [`${paint("bold", name)}  ${verdict}`, ...lines, ...more];
}

const MARKS: Readonly<Record<ChangeKind, string>> = { added: "+", removed: "-", changed: "~" };

function partsOf(diff: PackageDiff): Part[] {
	const { schemas, features } = diff;
	const step = `${diff.a.version} -> ${diff.b.version}`;
	return [
		part(
			"files",
			diff.files.map(({ path, change, bytesBefore, bytesAfter }) => {
				const difference = bytesBefore === null || bytesAfter === null ? null : bytesAfter - bytesBefore;
				const note =
					difference === null
						? ""
						: difference === 0
							? "same size"
							: `${difference > 0 ? "+" : "-"}${renderBytes(Math.abs(difference))}`;
				return {
					change,
					name: path,
					before: bytesBefore === null ? "" : renderBytes(bytesBefore),
					after: bytesAfter === null ? "" : renderBytes(bytesAfter),
					note,
				};
			}),
		),
		part("manifest", diff.manifest.map(valueRow)),
		{
			name: "schemas",
			about: schemas.enough
				? `need ${schemas.needed === "none" ? "no step" : `a ${schemas.needed} step`}, ${step} is ${schemas.declared}`
				: `need a ${schemas.needed} step, ${step} is ${schemas.declared === "none" ? "no step" : `only ${schemas.declared}`}: a deploy is refused`,
			good: schemas.enough,
			rows: schemas.changes.map(({ path, what, bump }) => ({
				change: "changed",
				name: path,
				before: what,
				after: "",
				note: bump,
			})),
		},
		{
			name: "features",
			about: `${features.before ?? "none"} -> ${features.after ?? "none"}`,
			rows: [
				...features.added.map((name) => ({ ...EMPTY, change: "added" as const, name })),
				...features.removed.map((name) => ({ ...EMPTY, change: "removed" as const, name })),
				...(features.reordered ? [{ ...EMPTY, change: "changed" as const, name: "their order" }] : []),
			],
		},
		part("dependencies", diff.dependencies.map(valueRow)),
		part(
			"data",
			diff.datasets.flatMap(({ name, change, fields }) =>
				change === "changed"
					? fields.map((field) => valueRow({ ...field, path: `${name} ${field.path}` }))
					: [
							{
								...EMPTY,
								change,
								name,
								note: fields.map((field) => `${field.path} ${brief(field)}`).join(", "),
							},
						],
			),
		),
		part("hyperparameters", diff.hyperparameters.map(valueRow)),
		part(
			"metrics",
			diff.metrics.map(({ name, before, after, difference, better }) => ({
				change: before === null ? "added" : after === null ? "removed" : "changed",
				name,
				before: before === null ? "" : figure(before),
				after: after === null ? "" : figure(after),
				note: difference === null ? "" : `${signed(difference)}${better === null ? "" : better ? "  better" : "  worse"}`,
				...(better === null ? {} : { good: better }),
			})),
		),
		part(
			"chat templates",
			diff.templates.map(({ name, change, linesAdded, linesRemoved }) => {
				return { ...EMPTY, change, name, note: `+${linesAdded} -${linesRemoved} lines: what the model is told changes with it` };
			}),
		),
	];
}

const EMPTY = { before: "", after: "", note: "" };

function part(name: string, rows: readonly Row[]): Part {
	const count = (change: ChangeKind) => rows.filter((row) => row.change === change).length;
	const counts = (["changed", "added", "removed"] as const)
		.filter((change) => count(change) > 0)
		.map((change) => `${count(change)} ${change}`);
	return { name, about: counts.join(", "), rows };
}

function valueRow({ path, change, before, after }: ValueChange): Row {
	const isFigures = typeof before === "number" && typeof after === "number";
	return {
		change,
		name: path,
		before: before === undefined ? "" : shown(before),
		after: after === undefined ? "" : shown(after),
		note: isFigures ? signed(after - before) : "",
	};
}

function shown(value: unknown): string {
	return typeof value === "string" ? value : typeof value === "number" ? figure(value) : JSON.stringify(value);
}

/** Of a digest as much as people compare. */
function brief({ path, before, after }: ValueChange): string {
	const text = shown(after ?? before);
	return path === "sha256" ? text.slice(0, 12) : text;
}

/** No more digits than a person compares. */
function figure(value: number): string {
	return String(Number(value.toPrecision(6)));
}

function signed(value: number): string {
	return `${value > 0 ? "+" : ""}${figure(value)}`;
}
