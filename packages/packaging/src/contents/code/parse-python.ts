import { parserOutput } from "./run-parser.ts";

/** Says as JSON what stands in Python code, without running any of it. Reads the code from standard input. */
const PROGRAM = `
import ast, json, sys
def names(body):
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id
        elif isinstance(node, (ast.If, ast.Try)):
            yield from names(node.body + node.orelse)
version = "%d.%d" % sys.version_info[:2]
try:
    tree = ast.parse(sys.stdin.buffer.read())
    print(json.dumps({"version": version, "names": sorted(set(names(tree.body)))[:1000]}))
except SyntaxError as error:
    print(json.dumps({"version": version, "line": error.lineno or 0, "column": error.offset or 0, "problem": str(error.msg)}))
except (ValueError, RecursionError, MemoryError) as error:
    print(json.dumps({"version": version, "line": 0, "column": 0, "problem": type(error).__name__ + ": " + str(error)}))
`;

export type PythonModule =
	| { readonly version: string; readonly names: readonly string[] }
	| { readonly version: string; readonly problem: string; readonly line: number; readonly column: number };

/** Names that Python code defines at its top, or why it does not parse; undefined where there is no Python to ask. */
export async function parsePython(source: Uint8Array, signal?: AbortSignal): Promise<PythonModule | undefined> {
	const run = await parserOutput("python3", ["-I", "-S", "-c", PROGRAM], source, signal);
	if (run === undefined) return undefined;
	if (run.code !== 0) return { version: "", problem: "Python gave up reading it", line: 0, column: 0 };
	return JSON.parse(run.output) as PythonModule;
}
