import { bannedByName, isPathFile } from "../../contents/banned-files.ts";
import { sideBySide } from "../../files/side-by-side.ts";
import { type Check, type Finding, judge, pass } from "../check.ts";

const HEAD_BYTES = 4096;
const HINT = "Remove it; for weights of PyTorch use the ending .pt, or better safetensors.";

export const f08BannedFiles: Check = {
	id: "F08",
	title: "No files that run by themselves",
	severity: "block",
	refuses:
		"Path files of Python (`.pth` that hold text; weights of that name are told apart by their bytes), `sitecustomize.py`, `usercustomize.py`, " +
		"`conftest.py`, native code (`.so`, `.dll`, `.dylib`, `.node`, `.exe`, `.pyd`); it warns of `__pycache__`, `.git`, `.ipynb_checkpoints`.",
	why: "litellm 1.82.7 and 1.82.8 (24 March 2026) brought a .pth file that ran at every start of Python and sent off credentials.",
	rules: "1",
	async run(context) {
		const findings: Finding[] = [];
		const folders = new Set<string>();
		const paths = context.content().map(({ path }) => path);
		for (const path of paths) {
			const banned = bannedByName(path);
			if (banned === undefined || (banned.folder !== undefined && folders.has(banned.folder))) continue;
			if (banned.folder !== undefined) folders.add(banned.folder);
			const message = banned.folder === undefined ? `${path}: ${banned.what}` : banned.what;
			const hint = banned.mild ? "Remove it; add it to .gitignore." : "Remove it.";
			findings.push({
				code: "contents.banned",
				message,
				hint,
				file: path,
				...(banned.mild ? { severity: "warn" as const } : {}),
			});
		}
		const named = paths.filter((path) => /\.pth$/i.test(path));
		await sideBySide(named, 8, async (path) => {
			if (!isPathFile(await (await context.open(path)).read(0, HEAD_BYTES))) return;
			const message = `${path} is a path file of Python: its lines run, or change where modules come from, at every start`;
			findings.push({ code: "contents.banned", message, hint: HINT, file: path });
		});
		return judge(findings, pass(`none among ${paths.length.toLocaleString("en")} file${paths.length === 1 ? "" : "s"}`));
	},
};
