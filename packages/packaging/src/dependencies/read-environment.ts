import { entry, type PlainYaml, readPlainYaml } from "../imports/plain-yaml.ts";

/** What an `environment.yml` or `conda.yaml` asks for. */
export interface CondaEnvironment {
	/** `3.11.2`, as far as it is written out. */
	readonly python?: string;
	/** Lines of a requirements file: the `pip:` part. */
	readonly pip: readonly string[];
	/** The others, as lines of a requirements file under PyPI's names. */
	readonly fromConda: readonly { readonly conda: string; readonly requirement: string }[];
	/** Names that exist in conda only. */
	readonly condaOnly: readonly string[];
}

/** Conda's names of what PyPI has under another one. */
const ON_PYPI: Readonly<Record<string, string>> = {
	pytorch: "torch",
	"pytorch-cpu": "torch",
	"pytorch-gpu": "torch",
	"tensorflow-gpu": "tensorflow",
	"py-xgboost": "xgboost",
	"py-xgboost-cpu": "xgboost",
	opencv: "opencv-python-headless",
	"py-opencv": "opencv-python-headless",
	"matplotlib-base": "matplotlib",
	"dask-core": "dask",
	"msgpack-python": "msgpack",
	pytables: "tables",
	"python-graphviz": "graphviz",
	"numpy-base": "numpy",
};
/** Conda's own plumbing: PyPI's wheels bring what they need of it. */
const PLUMBING =
	/^(_.*|lib(?!rosa$|cst$|sass$).*|mkl(-service)?|openblas|blas|openssl|ca-certificates|ncurses|readline|sqlite|tk|xz|zlib|bzip2|zstd|gcc.*|gxx.*|ld_impl.*|llvm-openmp|intel-openmp|nomkl|vs2015_runtime|vc|ucrt|python_abi|pytorch-mutex|cpuonly|pip|setuptools|wheel)$/;
/** Not Python's: the host has it or the model does not run. */
const CONDA_ONLY = /^(cuda.*|cudnn|nccl|pytorch-cuda|r|r-.*|openjdk|nodejs|ffmpeg|hdf5|graphviz|mpich|openmpi|git|cmake)$/;

/** Reads a conda environment file. Throws PlainYamlFault. */
export function readEnvironment(text: string): CondaEnvironment {
	const pip: string[] = [];
	const fromConda: { conda: string; requirement: string }[] = [];
	const condaOnly: string[] = [];
	let python: string | undefined;
	for (const item of listOf(entry(readPlainYaml(text), "dependencies"))) {
		if (typeof item !== "string") {
			pip.push(...listOf(entry(item, "pip")).filter((line) => typeof line === "string"));
			continue;
		}
		const { name, version } = readMatch(item);
		if (name === "python") python = exactVersion(version);
		else if (PLUMBING.test(name)) continue;
		else if (CONDA_ONLY.test(name)) condaOnly.push(name);
		else fromConda.push({ conda: name, requirement: `${ON_PYPI[name] ?? name}${pipSpecifier(version)}` });
	}
	return { ...(python === undefined ? {} : { python }), pip, fromConda, condaOnly };
}

/** `conda-forge::numpy=1.26.4=py311_0` is a channel, a name, a version and a build. */
function readMatch(item: string): { name: string; version: string } {
	const bare = item.trim().replace(/^[^\s=<>!~]*::/, "");
	const name = /^[A-Za-z0-9_.-]+/.exec(bare)?.[0] ?? bare;
	return { name: name.toLowerCase(), version: bare.slice(name.length).trim() };
}

/** `=1.26` fits 1.26 and all below it, `=1.26.4` means that release, `==1.26` that alone; a build behind it is conda's. */
function pipSpecifier(version: string): string {
	const [, operator, number] = /^(==?)\s*([0-9][A-Za-z0-9.!+]*?)(\.?\*)?(\s*=.*)?$/.exec(version) ?? [];
	if (number === undefined) return version.replace(/\s+/g, "");
	const isWhole = operator === "==" || number.split(".").length >= 3;
	return isWhole && !/\*/.test(version) ? `==${number}` : `==${number}.*`;
}

function exactVersion(version: string): string | undefined {
	return /^==?\s*(\d+(\.\d+)*)(\s*=.*)?$/.exec(version)?.[1];
}

function listOf(value: PlainYaml | undefined): readonly PlainYaml[] {
	return Array.isArray(value) ? value : [];
}
