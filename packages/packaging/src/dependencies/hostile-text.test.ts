import { HeadgateError } from "@headgate/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readModelCard } from "../imports/front-matter.ts";
import { readMlModel } from "../imports/mlflow/read-mlmodel.ts";
import { PlainYamlFault } from "../imports/plain-yaml.ts";
import { readSpdx } from "./licence/spdx-expression.ts";
import { lockFaults } from "./lock-faults.ts";
import { npmFaults } from "./npm-faults.ts";
import { readEnvironment } from "./read-environment.ts";
import { readNpmLock } from "./read-npm-lock.ts";
import { readRequirements } from "./read-requirements.ts";
import { renderRequirement } from "./requirement.ts";

/** Texts made of the words that mean something to a parser, and of anything else. */
function textOf(...words: readonly string[]): fc.Arbitrary<string> {
	const piece = fc.oneof(
		{ weight: 4, arbitrary: fc.constantFrom(...words) },
		{ weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
	);
	return fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
}

const requirementText = textOf(
	"numpy",
	"==",
	">=",
	"1.0",
	" ",
	"\n",
	"\\\n",
	"#",
	";",
	"[a]",
	"@",
	"--hash=sha256:",
	"-e",
	"--extra-index-url",
	"git+https://x",
	"$\u007bA}",
	"./a",
	"(",
	")",
	"ab".repeat(32),
	",",
	"\t",
);
const yamlText = textOf(
	"flavors:",
	"dependencies:",
	"signature:",
	" ",
	"  ",
	"\n",
	"- ",
	"inputs: '",
	"'",
	'[{"type":"',
	"tensor",
	"long",
	'"}]',
	"&a",
	"*a",
	"{",
	"}",
	"[",
	"]",
	"---\n",
	"python=3.1",
	"sklearn:",
	"!!js",
	"<<: *a",
	"license:",
);

describe("hostile text", () => {
	it("never makes the reader of requirements throw, and what it takes for a requirement is read back as the same", () => {
		fc.assert(
			fc.property(requirementText, (text) => {
				lockFaults(text);
				for (const line of readRequirements(text)) {
					if (line.kind !== "requirement") continue;
					const [again, ...more] = readRequirements(renderRequirement(line));
					expect(more).toEqual([]);
					expect(again).toMatchObject({ kind: "requirement", name: line.name, specifier: line.specifier });
				}
			}),
			{ numRuns: 3_000 },
		);
	});

	it("cannot make an option of a condition", () => {
		const [line] = readRequirements("numpy;--extra-index-url=https://example.com");
		expect(line).toMatchObject({ kind: "malformed", problem: expect.stringContaining("no condition") });
	});

	it("is a licence expression, or a fault with its column", () => {
		const expressions = textOf(
			"MIT",
			"Apache-2.0",
			" AND ",
			" OR ",
			" WITH ",
			"(",
			")",
			"+",
			"LicenseRef-a",
			"Classpath-exception-2.0",
		);
		fc.assert(
			fc.property(expressions, (text) => {
				const reading = readSpdx(text);
				if (!reading.ok) expect(reading.column).toBeGreaterThanOrEqual(1);
			}),
			{ numRuns: 1_000 },
		);
	});

	it("in YAML ends in a fault of its own kind", () => {
		fc.assert(
			fc.property(yamlText, (text) => {
				readModelCard(`---\n${text}\n---\n`);
				expectOnly(PlainYamlFault, () => readEnvironment(text));
				expectOnly(HeadgateError, () => readMlModel(text));
			}),
			{ numRuns: 2_000 },
		);
	});

	it("in a package-lock.json of any form is judged", () => {
		const entry = fc.record(
			{ resolved: fc.oneof(fc.webUrl(), fc.string()), integrity: fc.string(), link: fc.boolean(), name: fc.anything() },
			{ requiredKeys: [] },
		);
		const lock = fc.record({
			lockfileVersion: fc.constantFrom(3, 3, 1, "3"),
			packages: fc.oneof(fc.dictionary(fc.string(), entry), fc.anything()),
		});
		fc.assert(
			fc.property(fc.oneof(lock, fc.anything()), (json) => {
				const read = readNpmLock(json);
				if (read !== undefined) npmFaults(read);
			}),
			{ numRuns: 2_000 },
		);
	});
});

function expectOnly(kind: new (...words: never[]) => Error, run: () => unknown): void {
	try {
		run();
	} catch (error) {
		expect(error).toBeInstanceOf(kind);
	}
}
