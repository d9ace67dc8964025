import { licenceTerms, termsOfBaseModel } from "../../dependencies/licence/licence-terms.ts";
import { readSpdx, spdxId } from "../../dependencies/licence/spdx-expression.ts";
import { printable } from "../../files/package-path.ts";
import { type ModelCard, readModelCard } from "../../imports/front-matter.ts";
import { type Check, type Finding, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";

const LOOK = "Let someone who answers for licences look at it; this check only points it out.";

export const g05Licence: Check = {
	id: "G05",
	title: "The licence is known and its terms are seen",
	severity: "warn",
	refuses:
		"Nothing: it warns of a licence that is no SPDX expression, of terms that limit use, and of a base model with other terms.",
	why: "Models under non-commercial or acceptable-use terms are fine-tuned and passed on as if they were Apache-2.0; whoever serves them finds out late.",
	rules: "1",
	async run(context) {
		const manifest = await context.manifest();
		const card = await modelCard(context);
		const findings: Finding[] = [];
		const own = manifest?.license;
		if (own !== undefined) findings.push(...expressionFindings(own));
		else if (card.license !== undefined)
			findings.push(...termFindings(card.licenseName ?? card.license, "README.md", "the model card"));
		const base = [...card.baseModels, ...(manifest?.annotations?.["base_model"]?.split(/,\s*/) ?? [])];
		findings.push(...baseFindings([...new Set(base)], own ?? card.licenseName ?? card.license));
		if (own !== undefined && card.license !== undefined) findings.push(...disagreement(own, card));
		if (own === undefined && findings.length === 0) return skipped("the manifest names no license");
		return judge(findings, pass(own ?? ""));
	},
};

async function modelCard(context: CheckContext): Promise<ModelCard> {
	const path = ["README.md", "CARD.md"].find((candidate) => context.has(candidate));
	if (path === undefined) return { baseModels: [] };
	return readModelCard(await context.text(path).catch(() => ""));
}

function expressionFindings(license: string): Finding[] {
	const file = "model.yaml";
	const reading = readSpdx(license);
	if (!reading.ok) {
		const message = `license '${printable(license.slice(0, 120))}' is no SPDX expression: ${reading.problem} (column ${reading.column})`;
		return [
			{
				code: "license.malformed",
				message,
				hint: "Write an identifier of spdx.org/licenses, such as Apache-2.0, or LicenseRef-NAME.",
				file,
			},
		];
	}
	const unknown = reading.unknown.map(({ word, nearest }): Finding => {
		const hint =
			nearest === undefined ? `Write LicenseRef-${word} for a licence that SPDX does not list.` : `Did you mean ${nearest}?`;
		return { code: "license.unknown", message: `license names ${printable(word)}, which SPDX does not list`, hint, file };
	});
	return [...unknown, ...reading.licenses.flatMap((id) => termFindings(id, file, "license"))];
}

function termFindings(id: string, file: string, who: string): Finding[] {
	const terms = licenceTerms(id);
	if (terms === undefined) return [];
	return [
		{ code: "license.terms", message: `${who} names ${printable(id.slice(0, 80))}, which ${terms.says}`, hint: LOOK, file },
	];
}

/** A base model whose terms show in its name, under a licence that does not say so. */
function baseFindings(bases: readonly string[], license: string | undefined): Finding[] {
	return bases.slice(0, 10).flatMap((reference) => {
		const terms = termsOfBaseModel(reference);
		if (terms === undefined || (license !== undefined && licenceTerms(license)?.family === terms.family)) return [];
		const message = `the base model ${printable(reference.slice(0, 120))} ${terms.says}; ${license === undefined ? "no license is named" : `license is ${printable(license.slice(0, 80))}`}`;
		return [{ code: "license.base-model", message, hint: LOOK, file: "model.yaml" }];
	});
}

function disagreement(own: string, card: ModelCard): Finding[] {
	const said = card.license === "other" ? card.licenseName : card.license;
	if (said === undefined) return [];
	const reading = readSpdx(own);
	const known = (reading.ok ? reading.licenses : [own]).map((id) => id.toLowerCase().replace(/^licenseref-/, ""));
	if (known.includes((spdxId(said) ?? said).toLowerCase()) || known.includes(said.toLowerCase())) return [];
	const message = `model.yaml says license ${printable(own.slice(0, 80))}, the model card says ${printable(said.slice(0, 80))}`;
	return [{ code: "license.base-model", message, hint: "Make both say the same.", file: "model.yaml" }];
}
