import { spawnSync } from "node:child_process";

/** What Python's own disassembler makes of a pickle: its opcodes with offsets, and why it refuses it. */
export interface PythonReading {
	readonly opcodes: readonly (readonly [name: string, offset: number])[];
	/** From genops, or else from dis, which follows stack and memo too. */
	readonly error: string | null;
}

const SCRIPT = `
import base64, io, json, pickletools, sys, warnings
warnings.simplefilter("ignore")
class Nothing:
    def write(self, text): pass
for line in sys.stdin:
    data, opcodes, error = base64.b64decode(line), [], None
    try:
        for opcode, argument, position in pickletools.genops(data):
            opcodes.append([opcode.name, position])
        pickletools.dis(data, out=Nothing())
    except Exception as problem:
        error = repr(problem)[:200]
    print(json.dumps({"opcodes": opcodes, "error": error}))
`;

const MAKE = `
import base64, collections, pickle, random, sys
draw = random.Random(7)
def value(depth):
    kind = draw.randrange(16 if depth < 4 else 9)
    if kind == 0: return draw.randrange(-2**70, 2**70)
    if kind == 1: return draw.random() * 10 ** draw.randrange(-9, 9)
    if kind == 2: return "".join(draw.choice("abc\\\\\\n\\u00e9\\u20ac\\U0001f600\\ud800") for _ in range(draw.randrange(12)))
    if kind == 3: return bytes(draw.randrange(256) for _ in range(draw.randrange(300)))
    if kind == 4: return draw.choice([None, True, False, 0, 255, 65536, -1])
    if kind == 5: return bytearray(b"x" * draw.randrange(9))
    if kind == 6: return draw.choice([int, dict, collections.OrderedDict])
    if kind == 7: return "y" * draw.randrange(250, 70000)
    if kind == 8: return complex(1, 2)
    items = [value(depth + 1) for _ in range(draw.randrange(5))]
    if kind in (9, 10): return items
    if kind in (11, 12): return tuple(items)
    if kind == 13: return {str(index): item for index, item in enumerate(items)}
    if kind == 14: return collections.OrderedDict((index, item) for index, item in enumerate(items))
    return [items, items, {len(items)}, frozenset([1, "a"])]
for _ in range(60):
    for protocol in range(6):
        print(base64.b64encode(pickle.dumps(value(0), protocol)).decode())
`;

/** Pickles of plain data that Python writes, in all protocols; the same each time. */
export function pythonPickles(): Buffer[] {
	return run(MAKE, "").map((line) => Buffer.from(line, "base64"));
}

/** How Python's pickletools reads each of these. */
export function pythonReadings(pickles: readonly Uint8Array[]): PythonReading[] {
	const input = pickles.map((bytes) => Buffer.from(bytes).toString("base64")).join("\n");
	return run(SCRIPT, `${input}\n`).map((line) => JSON.parse(line) as PythonReading);
}

function run(script: string, input: string): string[] {
	const { status, stdout, stderr } = spawnSync("python3", ["-c", script], { input, maxBuffer: 512 * 1024 * 1024 });
	if (status !== 0) throw new Error(`python3 ended with ${status}: ${stderr}`);
	return stdout.toString().trimEnd().split("\n");
}
