import { nearestWord } from "@headgate/core/kernel";
import { ERRORS, type Manifest } from "@headgate/protocol";
import { normalForm } from "../../compatibility/normal-form.ts";
import { printable } from "../../files/package-path.ts";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { CheckContext } from "../context.ts";
import { soundSchema } from "../schema/h01-schemas-compile.ts";
import { isSchemaObject, type SchemaObject } from "../schema/schema-keywords.ts";
import { isPlaceholder, proseOf } from "./prose.ts";

/** An e-mail address, a link, a handle, or `channel:NAME`. */
const ADDRESS = /^([^\s@]+@[^\s@]+|https?:\/\/\S+|[#@][\w.-]+|[a-z][\w+.-]*:\S+)$/i;
const MAX_DEPTH = 8;
const MAX_NAMES = 5_000;

export const h09OwnerAndDecisions: Check = {
	id: "H09",
	title: "Somebody owns it, and its decisions are explained",
	severity: "high",
	refuses:
		"A text on decisions that is empty or a placeholder, and decision factors that are no properties of the input schema. A contact that is no address is a warning; owners that are empty or placeholders are refused in M01.",
	why: "Who is refused a loan has a right to the reasons (GDPR 22, ECOA): a reason that names something the model never reads is worse than none.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "owner and decisions");
		const { owner, decisions } = manifest;
		const findings: Finding[] = [];
		if (!ADDRESS.test(owner.contact)) {
			const message = `model.yaml: owner.contact is '${printable(owner.contact.slice(0, 80))}'`;
			findings.push({
				code: "owner.contact",
				message,
				hint: ERRORS["owner.contact"]!.hint,
				file: "model.yaml",
				severity: "warn",
			});
		}
		findings.push(...(await textFindings(context, decisions?.path)));
		const factors = await factorFindings(context, manifest);
		const notVerified = ["whether the owner exists: no directory is asked", ...factors.notVerified];
		if (decisions === undefined) notVerified.push("why it decides as it does: there is no text on decisions");
		const outcome = judge([...findings, ...factors.findings], pass(`${owner.team}, ${owner.contact}`));
		return { ...outcome, notVerified };
	},
};

async function textFindings(context: CheckContext, file: string | undefined): Promise<Finding[]> {
	// A05 names a file that is not there.
	if (file === undefined || !context.has(file)) return [];
	let prose: string;
	try {
		prose = proseOf(await context.text(file));
	} catch (error) {
		return [findingOf(error, file)];
	}
	const { hint } = ERRORS["decisions.empty"]!;
	if (prose === "") return [{ code: "decisions.empty", message: `${file} has no text besides its headings`, hint, file }];
	return isPlaceholder(prose) ? [{ code: "decisions.empty", message: `${file} is a placeholder`, hint, file }] : [];
}

async function factorFindings(
	context: CheckContext,
	{ decisions, schema }: Manifest,
): Promise<{ readonly findings: readonly Finding[]; readonly notVerified: readonly string[] }> {
	const factors = decisions?.factors ?? [];
	if (factors.length === 0) return { findings: [], notVerified: [] };
	const input = await soundSchema(context, schema.input);
	if (input === undefined)
		return { findings: [], notVerified: ["the decision factors: the input schema could not be used (H01)"] };
	const known = propertyNames(input.schema, input.schema);
	const findings = factors.flatMap(({ name }, index): Finding[] => {
		if (known.includes(name)) return [];
		const nearest = nearestWord(name, known);
		const message = `model.yaml: decisions.factors[${index}] is '${printable(name.slice(0, 80))}', which is no property of ${schema.input}`;
		const hint = nearest === undefined ? ERRORS["decisions.factor"]!.hint : `Did you mean '${nearest}'?`;
		return [{ code: "decisions.factor", message, hint, file: "model.yaml" }];
	});
	return { findings, notVerified: [] };
}

/** Names of all properties, those inside others as `outer.inner`. */
function propertyNames(schema: unknown, root: SchemaObject): string[] {
	const found: string[] = [];
	const visit = (value: unknown, prefix: string, depth: number): void => {
		const node = normalForm(value, root);
		if (node === undefined || depth > MAX_DEPTH || found.length >= MAX_NAMES) return;
		const properties = isSchemaObject(node["properties"]) ? Object.entries(node["properties"]) : [];
		for (const [name, child] of properties) {
			const path = prefix === "" ? name : `${prefix}.${name}`;
			found.push(path);
			visit(child, path, depth + 1);
		}
		if (isSchemaObject(node["items"])) visit(node["items"], prefix, depth + 1);
	};
	visit(schema, "", 0);
	return found;
}
