import { HeadgateError } from "@headgate/protocol";
import { shownName } from "../../archive/archive-error.ts";
import { type ReadAt, sliceSource } from "../../files/read-at.ts";
import { type NpyArray, readNpy } from "../../formats/numpy/read-npy.ts";
import { readNpz } from "../../formats/numpy/read-npz.ts";
import { entrySource } from "../../formats/pickle/forward-source.ts";
import { runPickle } from "../../formats/pickle/pickle-machine.ts";
import { readZip } from "../../formats/zip/read-zip.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

export const e05NumpyArrays: Check = {
	id: "E05",
	title: "NumPy arrays are numbers",
	severity: "block",
	refuses: "An .npy or .npz array of Python objects, and one whose shape and type do not take exactly the bytes that are there.",
	why: "An array of objects is a pickle: numpy.load ran it by default before 1.16.3 (CVE-2019-6446), and does with allow_pickle=True.",
	rules: "1",
	async run(context) {
		const findings: Finding[] = [];
		const single = await context.filesOf("numpy");
		const archives = await context.filesOf("npz");
		if (single.length + archives.length === 0) return skipped("no file is an array of NumPy");
		let arrays = 0;
		for (const file of single) {
			try {
				const array = await context.read(file, readNpy);
				arrays++;
				if (array.holdsObjects) findings.push(...(await objects(context, await context.open(file), array, file, file)));
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		for (const file of archives) {
			try {
				const npz = await context.read(file, readNpz);
				arrays += npz.arrays.length;
				findings.push(...npz.problems.map((error) => findingOf(error, file)));
				for (const { entry, array } of npz.arrays.filter((one) => one.array.holdsObjects)) {
					const { entries } = await context.read(file, readZip);
					const content = entrySource(
						await context.open(file),
						entries.find(({ name }) => name === entry)!,
						file,
						context.signal,
					);
					findings.push(...(await objects(context, content, array, file, `${file}, entry ${shownName(entry)},`)));
				}
			} catch (error) {
				findings.push(findingOf(error, file));
			}
		}
		return judge(findings, pass(`${arrays} array${arrays === 1 ? "" : "s"}`));
	},
};

/** That it is a pickle, and what that pickle does. */
async function objects(context: CheckContext, source: ReadAt, array: NpyArray, file: string, shown: string): Promise<Finding[]> {
	const pickle = sliceSource(source, array.dataAt, source.size - array.dataAt);
	const { problems } = await runPickle(pickle, 0, { signal: context.signal });
	const message = `${shown} is an array of Python objects (${array.descriptor}): from offset ${array.dataAt.toLocaleString("en")} it is a pickle`;
	return [
		{ code: "npy.objects", message, hint: new HeadgateError("npy.objects", "").hint, file, offset: array.dataAt },
		...problems.map((found) => ({
			code: found.code,
			message: `${shown} in its pickle, ${found.message}`,
			hint: new HeadgateError(found.code, "").hint,
			file,
			offset: array.dataAt + found.offset,
		})),
	];
}
