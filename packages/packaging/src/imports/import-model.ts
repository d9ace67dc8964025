import { type InitOptions, type InitReport, initFolder, packageName } from "../init/init-folder.ts";
import type { CopyProgress } from "./copy-files.ts";
import { importHuggingFace } from "./huggingface/import-huggingface.ts";
import { importMlflow } from "./mlflow/import-mlflow.ts";
import { stageFolder } from "./staged-folder.ts";

/** Tools whose folders can be taken over. */
export const IMPORT_SOURCES = ["mlflow", "huggingface"] as const;
export type ImportSource = (typeof IMPORT_SOURCES)[number];

export interface ImportOptions extends InitOptions {
	/** The folder that links of a Hugging Face cache may lead into; default the repository's own. */
	readonly cache?: string | undefined;
	/** JSON Schemas for a model that says nothing of its inputs or answers. */
	readonly inputSchema?: string | undefined;
	readonly outputSchema?: string | undefined;
	readonly onBytes?: CopyProgress | undefined;
}

/** What an import copied, for the manifest. */
export interface ImportedFiles {
	readonly notes: readonly string[];
	readonly annotations: Readonly<Record<string, string>>;
	/** Words for the model's name, when the source has some. */
	readonly nameFrom?: string;
}

/**
 * Copies a model of another tool into a new package folder and writes its first model.yaml. All or nothing: what fails leaves no
 * folder behind. Throws HeadgateError `import.*` and what `initFolder` throws.
 */
export async function importModel(
	from: ImportSource,
	source: string,
	folder: string,
	options: ImportOptions = {},
): Promise<InitReport> {
	const copy = { mlflow: importMlflow, huggingface: importHuggingFace }[from];
	return stageFolder(folder, async (staging) => {
		const { notes, annotations, nameFrom } = await copy(source, staging, options);
		const report = await initFolder(staging, { ...options, name: packageName(nameFrom ?? folder), annotations });
		return { ...report, notes: [...notes, ...report.notes] };
	});
}
