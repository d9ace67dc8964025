import { type Check, fail, pass } from "../check.ts";

const POINTER_MAX_BYTES = 1024;
const POINTER_START = "version https://git-lfs.github.com/spec/v1";

export const a02LfsPointer: Check = {
	id: "A02",
	title: "No Git LFS pointers",
	severity: "block",
	refuses: "A file that is only the pointer Git LFS leaves in place of a large file.",
	why: "A clone without Git LFS leaves 130 bytes of text in place of the weights; loaders then fail with HeaderTooLarge, which names neither (transformers#27923, vllm#57975).",
	async run(context) {
		const small = context.content().filter((file) => file.size > 0 && file.size < POINTER_MAX_BYTES);
		for (const { path, size } of small) {
			const text = Buffer.from(await (await context.open(path)).read(0, size)).toString("latin1");
			if (!text.startsWith(POINTER_START)) continue;
			const bytes = /^size (\d+)$/m.exec(text)?.[1];
			const oid = /^oid (sha256:[0-9a-f]{64})$/m.exec(text)?.[1];
			const what = bytes === undefined ? "a large file" : `${Number(bytes).toLocaleString("en")} bytes`;
			const message = `${path} is a Git LFS pointer for ${what}${oid === undefined ? "" : ` (${oid})`}, not the file itself`;
			return fail("weights.lfs-pointer", message, "Run git lfs pull, then push again.", { file: path });
		}
		return pass("none");
	},
};
