import { isBuiltin } from "node:module";
import { posix } from "node:path";
import type { Manifest } from "@headgate/protocol";
import { codeView, languageOf } from "../../contents/code/code-view.ts";
import { hasCommonExport, hasDefaultExport, moduleImports } from "../../contents/code/module-parts.ts";
import { parseJavaScript } from "../../contents/code/parse-javascript.ts";
import { parsePython } from "../../contents/code/parse-python.ts";
import { placeIn } from "../../contents/jinja/template-token.ts";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

/** Code that a runtime calls, and where the manifest names it. */
interface EntryPoint {
	readonly at: string;
	readonly path: string;
	/** It makes the model of a `python` runtime. */
	readonly makesModel: boolean;
}

export const f05EntryPoints: Check = {
	id: "F05",
	title: "Code parses and has what is called",
	severity: "high",
	refuses:
		"An entry point (`runtime.entry` of js and python, `code.load`, `code.pre`, `code.post`) that does not parse, that lacks its default export " +
		"(JavaScript) or `load` or `predict` (Python), or that imports a file which is not in the package.",
	why: "Code that cannot be loaded says so at the first request, when the version already has traffic. It is parsed in a process of its own and never run.",
	rules: "1",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("there is no manifest that names code");
		const entries = entryPoints(manifest).filter(({ path }) => context.has(path));
		if (entries.length === 0) return skipped("the manifest names no code");
		const findings: Finding[] = [];
		const unread: string[] = [];
		for (const entry of entries) {
			const found = await judgeEntry(context, entry);
			if (typeof found === "string") unread.push(found);
			else findings.push(...found);
		}
		if (unread.length === entries.length) return skipped(unread.join("; "), "whether the package's code parses");
		const outcome = judge(findings, pass(`${entries.map(({ path }) => path).join(", ")}`));
		return unread.length === 0 ? outcome : { ...outcome, notVerified: unread };
	},
};

function entryPoints(manifest: Manifest): EntryPoint[] {
	const { runtime, code } = manifest;
	const points: EntryPoint[] = [];
	const add = (at: string, path: string | null | undefined, makesModel: boolean): void => {
		if (typeof path === "string" && languageOf(path) !== undefined) points.push({ at, path, makesModel });
	};
	if (runtime.kind === "js" || runtime.kind === "python") add("runtime.entry", runtime.entry, runtime.kind === "python");
	add("code.load", code?.load, runtime.kind === "python");
	add("code.pre", code?.pre, false);
	add("code.post", code?.post, false);
	return points;
}

/** What is wrong with an entry point, or why that cannot be told. */
async function judgeEntry(context: CheckContext, entry: EntryPoint): Promise<Finding[] | string> {
	const text = await context.text(entry.path);
	return languageOf(entry.path) === "python" ? judgePython(context, entry, text) : judgeJavaScript(context, entry, text);
}

async function judgeJavaScript(context: CheckContext, { at, path }: EntryPoint, text: string): Promise<Finding[] | string> {
	const fault = await parseJavaScript(path, Buffer.from(text), context.signal);
	if (fault === undefined) return `${path}: no process could be started to parse it`;
	if (fault !== null) return [malformed(path, fault.problem, fault.line)];
	const view = codeView(text, "javascript");
	const common = /\.cjs$/i.test(path) || (/\.jsx?$/i.test(path) && hasCommonExport(view));
	const findings: Finding[] = [];
	if (!(common ? hasCommonExport(view) : hasDefaultExport(view))) {
		const wanted = common ? "module.exports = function" : "export default function";
		findings.push(lacking(path, `${at} names ${path}, which has no default export`, `Write ${wanted} (...) { ... }.`));
	}
	for (const { specifier, at: offset } of moduleImports(view)) {
		const reason = absentModule(context, path, specifier);
		if (reason === undefined) continue;
		const { line } = placeIn(text, offset);
		const message = `${path}, line ${line}: imports '${printable(specifier.slice(0, 120))}', ${reason.what}`;
		const hint = "Put the module into the package, or bundle the code into one file.";
		findings.push({
			code: "code.export",
			message,
			hint,
			file: path,
			line,
			...(reason.mild ? { severity: "warn" as const } : {}),
		});
	}
	return findings;
}

function absentModule(context: CheckContext, path: string, specifier: string): { what: string; mild: boolean } | undefined {
	if (isBuiltin(specifier) || specifier.startsWith("#") || /^(data|file|https?):/.test(specifier)) return undefined;
	if (specifier.startsWith(".") || specifier.startsWith("/")) {
		const target = posix.normalize(posix.join(posix.dirname(path), specifier));
		const known = [target, `${target}.js`, `${target}.json`, `${target}.cjs`, `${target}/index.js`].some((one) =>
			context.has(one),
		);
		return known ? undefined : { what: "which is not in the package", mild: false };
	}
	const name = specifier
		.split("/")
		.slice(0, specifier.startsWith("@") ? 2 : 1)
		.join("/");
	const bundled = context.content().some((file) => file.path.includes(`node_modules/${name}/`));
	return bundled ? undefined : { what: "a module that the package does not bring along", mild: true };
}

async function judgePython(
	context: CheckContext,
	{ at, path, makesModel }: EntryPoint,
	text: string,
): Promise<Finding[] | string> {
	const module = await parsePython(Buffer.from(text), context.signal);
	if (module === undefined) return `${path}: there is no python3 on this machine to parse it`;
	if ("problem" in module) {
		const named = (await context.manifest())?.runtime.versions["python"];
		const other = named !== undefined && !named.startsWith(`${module.version}.`) && named !== module.version;
		// Syntax of a newer Python is no fault of the package.
		if (other)
			return [
				{
					...malformed(path, `${module.problem} (read by Python ${module.version}, it names ${named})`, module.line),
					severity: "warn",
				},
			];
		return [malformed(path, module.problem, module.line)];
	}
	if (!makesModel || module.names.includes("load") || module.names.includes("predict")) return [];
	const names =
		module.names.length === 0
			? "nothing"
			: module.names
					.slice(0, 8)
					.map((name) => printable(name))
					.join(", ");
	return [
		lacking(
			path,
			`${at} names ${path}, which defines ${names}; load or predict is expected`,
			"Define load(path), or predict(inputs).",
		),
	];
}

function malformed(path: string, problem: string, line: number): Finding {
	const message = `${path}${line > 0 ? `, line ${line}` : ""}: ${printable(problem.slice(0, 200))}`;
	return { code: "code.malformed", message, hint: "Correct the line.", file: path, ...(line > 0 ? { line } : {}) };
}

function lacking(path: string, message: string, hint: string): Finding {
	return { code: "code.export", message, hint, file: path };
}
