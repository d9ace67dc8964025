import type { CodeView, Language } from "./code-view.ts";
import { moduleImports } from "./module-parts.ts";

export interface CodeSmell {
	/** What the code does, such as `starts a process (subprocess)`. */
	readonly what: string;
	/** Offset in the source. */
	readonly at: number;
}

const MAX_SMELLS = 20;
const PYTHON: readonly (readonly [RegExp, string])[] = [
	[/\b(?:import|from)\s+(subprocess|pty|multiprocessing)\b/g, "starts a process"],
	[/\bos\.(system|popen|exec[lv]p?e?|spawn\w*|fork)\s*\(/g, "starts a process"],
	[/\b(?:import|from)\s+(socket|ftplib|smtplib|telnetlib|paramiko)\b/g, "opens connections"],
	[/\b(?:import|from)\s+(requests|httpx|aiohttp|urllib\.request|urllib3|http\.client|boto3)\b/g, "opens connections"],
	[/(?<![\w.])(eval|exec|compile|__import__)\s*\(/g, "runs code it puts together"],
	[/\b(importlib\.import_module)\s*\(/g, "runs code it puts together"],
	[/\b((?:pickle|dill|marshal|joblib|cloudpickle)\.loads?|torch\.load)\s*\(/g, "loads objects that may run code"],
	[/\b(?:import|from)\s+(ctypes|cffi)\b/g, "calls native code"],
	[/\b(shutil\.(?:rmtree|move)|os\.(?:remove|unlink|rename|chmod|symlink))\s*\(/g, "changes files"],
	[/\b(trust_remote_code\s*=\s*True)\b/g, "loads code of a repository"],
];
const JAVASCRIPT: readonly (readonly [RegExp, string])[] = [
	[/(?<![\w.$])(eval)\s*\(/g, "runs code it puts together"],
	[/\bnew\s+(Function)\s*\(/g, "runs code it puts together"],
	[/(?<![\w.$])(fetch|WebSocket|EventSource)\s*\(/g, "opens connections"],
	[/\b(process\.(?:binding|dlopen|kill|exit|chdir))\s*\(/g, "changes the process it runs in"],
	[/\b((?:write|append|unlink|rm|rename|symlink|chmod)(?:File)?(?:Sync)?)\s*\(\s*["'`]/g, "changes files"],
];
const MODULES: Readonly<Record<string, string>> = {
	child_process: "starts a process",
	cluster: "starts a process",
	worker_threads: "starts a thread",
	net: "opens connections",
	tls: "opens connections",
	dgram: "opens connections",
	http: "opens connections",
	https: "opens connections",
	http2: "opens connections",
	undici: "opens connections",
	axios: "opens connections",
	vm: "runs code it puts together",
	repl: "runs code it puts together",
	inspector: "looks into the process it runs in",
};

/** What code of a model need not do: connections, processes, code put together at run time, changes of files. At most 20, in order. */
export function codeSmells(view: CodeView, language: Language): CodeSmell[] {
	const found: CodeSmell[] = [];
	for (const [pattern, what] of language === "python" ? PYTHON : JAVASCRIPT) {
		for (const match of view.code.matchAll(pattern)) {
			found.push({ what: `${what} (${match[1]!.replace(/\s+/g, "")})`, at: match.index });
			if (found.length > 200) break;
		}
	}
	if (language === "python") found.push(...writes(view));
	else {
		for (const { specifier, at } of moduleImports(view)) {
			const what = MODULES[specifier.replace(/^node:/, "")];
			if (what !== undefined) found.push({ what: `${what} (${specifier})`, at });
		}
	}
	return found.sort((a, b) => a.at - b.at).slice(0, MAX_SMELLS);
}

/** `open(path, "w")` of Python, but for paths below /tmp. */
function writes({ code, texts }: CodeView): CodeSmell[] {
	return [...code.matchAll(/(?<![\w.])open\s*\(([^()\n]{0,200})/g)].flatMap((match) => {
		const from = match.index + match[0].length - match[1]!.length;
		const inside = [...match[1]!.matchAll(/["']/g)].flatMap(({ index }) => texts.get(from + index) ?? []);
		const mode = inside.find((text) => /^[rwaxbt+]{1,4}$/.test(text));
		const writing = mode !== undefined && /[wax+]/.test(mode) && !inside[0]!.startsWith("/tmp/");
		return writing ? [{ what: `changes files (open with '${mode}')`, at: match.index }] : [];
	});
}
