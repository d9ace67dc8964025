import { type JsonPlace, walkJson } from "./walk-json.ts";

const MAX_FAULTS = 50;
/** `organisation/repository--file.Class`: the class is downloaded from another repository. */
const REMOTE = /^[A-Za-z0-9][\w.-]{0,95}\/[\w.-]{1,95}--[A-Za-z_]\w*(?:\.\w+)+$/;
const NAMES = new Set(["_name_or_path", "name_or_path", "base_model_name_or_path"]);

export interface RemoteCode {
	readonly path: string;
	readonly what: string;
	/** An import path that may belong to an installed library. */
	readonly mild?: true;
}

/** Where a configuration has a library load code: its own modules, or those of another repository. At most 50. */
export function remoteCode(document: unknown): RemoteCode[] {
	const faults: RemoteCode[] = [];
	for (const place of walkJson(document)) {
		const what = reasonOf(place);
		if (what !== undefined) faults.push({ path: place.path, what });
		if (faults.length >= MAX_FAULTS) break;
	}
	return faults;
}

/** modules.json of sentence-transformers: each entry's `type` is imported as it stands. The package's own code first; at most 50. */
export function importedModules(document: unknown, hasFile: (path: string) => boolean): RemoteCode[] {
	if (!Array.isArray(document)) return [];
	const imports = document.flatMap((entry: unknown, index): RemoteCode[] => {
		const type = (entry as { type?: unknown } | null)?.type;
		if (typeof type !== "string" || /^sentence_transformers\./.test(type)) return [];
		const own = hasFile(`${type.split(".").slice(0, -1).join("/")}.py`);
		return [{ path: `[${index}].type`, what: `imports ${shown(type)}`, ...(own ? {} : { mild: true as const }) }];
	});
	const isMild = ({ mild }: RemoteCode): boolean => mild === true;
	return [...imports.filter((found) => !isMild(found)), ...imports.filter(isMild)].slice(0, MAX_FAULTS);
}

function reasonOf({ path, key, value }: JsonPlace): string | undefined {
	switch (key) {
		case "auto_map":
		case "custom_pipelines":
			return isEmpty(value) ? undefined : `names code to import: ${shown(firstText(value))}`;
		case "model_file":
			return typeof value === "string" && value !== "" ? `names code to run: ${shown(value)}` : undefined;
		case "trust_remote_code":
			return isTrue(value) ? "allows code of the repository to run" : undefined;
		case "_class_name":
			return path === key && Array.isArray(value) ? `names code to import: ${shown(firstText(value))}` : undefined;
		case "parent_library":
			return typeof value === "string" && value.startsWith("transformers_modules") ? `imports ${shown(value)}` : undefined;
		default:
			return typeof value === "string" && !NAMES.has(key) && REMOTE.test(value)
				? `takes code of another repository: ${shown(value)}`
				: undefined;
	}
}

function isTrue(value: unknown): boolean {
	return value === true || value === 1 || (typeof value === "string" && /^(true|1|yes)$/i.test(value));
}

function isEmpty(value: unknown): boolean {
	return value === null || value === false || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

/** The first text anywhere inside. */
function firstText(value: unknown): string {
	for (const place of walkJson(value)) if (typeof place.value === "string") return place.value;
	return JSON.stringify(value).slice(0, 80);
}

function shown(text: string): string {
	return `'${text.slice(0, 120)}'`;
}
