import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkWeightFile, refuses } from "@headgate/packaging";
import { table } from "./markdown-table.ts";

/** Model files of other tools and of attackers, beside the repository and never in it; README.md there says what each is. */
const DATA = path.resolve(import.meta.dirname, "../../../shared/data");

export interface JudgedArtefact {
	/** Below artefacts/. */
	readonly file: string;
	/** What its README or its name says of it. */
	readonly expected: "refused" | "passed";
	readonly got: "refused" | "passed";
	/** The first refusal, or what M03 says of serving it. */
	readonly code: string;
	readonly message: string;
}

/** Every file of the artefacts, each checked by itself. */
export async function judgeArtefacts(): Promise<JudgedArtefact[]> {
	const readme = readFileSync(path.join(DATA, "README.md"), "utf8");
	const purposes = new Map(
		readme.split("\n").flatMap((line): [string, string][] => {
			const cells = line.split("|").map((cell) => cell.trim());
			return cells[1]?.startsWith("artefacts/") === true ? [[cells[1].slice("artefacts/".length), cells[7] ?? ""]] : [];
		}),
	);
	const folder = path.join(DATA, "artefacts");
	const files = globSync("**/*", { cwd: folder, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
		.sort();
	const judged: JudgedArtefact[] = [];
	for (const file of files) {
		const { verdict, results } = await checkWeightFile(path.join(folder, file));
		const said = results.find(refuses) ?? results.find(({ id }) => id === "M03");
		judged.push({
			file,
			expected: expectation(file, purposes.get(file) ?? ""),
			got: verdict === "fail" ? "refused" : "passed",
			code: verdict === "fail" ? (said?.code ?? said?.id ?? "") : "",
			message: said?.message ?? "",
		});
	}
	return judged;
}

/** The same content as `malicious_cve_2024_34359.json`, under the name under which it would do harm. */
const HOSTILE_BY_CONTENT = "modelaudit/samples/jinja2/tokenizer_config.json";

/** One tensor and nothing else: a sound file among hostile ones of its collection. */
const SOUND_BY_CONTENT = "picklescan/data/new_pytorch_model.bin";

function expectation(file: string, purpose: string): JudgedArtefact["expected"] {
	if (file === SOUND_BY_CONTENT) return "passed";
	const hostile = /hostile|malformed|truncated|empty file|past the file|overlapping/.test(purpose);
	const named = /(^|[/_])(malicious|evil|suspicious)/.test(file);
	return hostile || named || file === HOSTILE_BY_CONTENT ? "refused" : "passed";
}

/** docs/reference/artefacts.md; the file as it stands where the data are not beside the repository. */
export async function artefactsReference(): Promise<string> {
	const page = path.resolve(import.meta.dirname, "../../docs/reference/artefacts.md");
	if (!existsSync(DATA)) return readFileSync(page, "utf8");
	const judged = await judgeArtefacts();
	const hostile = judged.filter(({ expected }) => expected === "refused");
	const sound = judged.filter(({ expected }) => expected === "passed");
	const right = (rows: readonly JudgedArtefact[]): string =>
		`${rows.filter(({ expected, got }) => expected === got).length} of ${rows.length}`;
	return [
		"# Model files of others, judged",
		"",
		"What `headgate check FILE` says to each file of a collection of model files: real ones of other tools, and hostile samples of the",
		"scanners picklescan and modelaudit. The files are not part of this repository. Of the hostile and damaged ones",
		`${right(hostile)} are refused, of the sound ones ${right(sound)} pass; \`passed\` says whether something here can serve the file.`,
		"Made by `npm run docs`.",
		"",
		...table(
			["file", "judged", "code", "what it says"],
			judged.map(({ file, got, code, message }) => [`\`${file}\``, got, code === "" ? "" : `\`${code}\``, message]),
		),
		"",
	].join("\n");
}
