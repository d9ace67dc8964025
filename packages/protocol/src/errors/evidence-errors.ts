import { type ErrorRow, given, refused } from "./error-row.ts";

/** Schemas, evaluation, data, training, resources and changes of a package. */
export const evidenceErrors: Readonly<Record<string, ErrorRow>> = {
	"schema.invalid": given("A schema file is no JSON Schema 2020-12.", "Correct it where the message says."),
	"schema.keyword": given(
		"A schema has a word that no validator knows.",
		"Correct the word, or give it the value that is expected.",
	),
	"schema.reference": given(
		"A $ref leaves its schema file or points nowhere.",
		"Put what it refers to under $defs of the same file.",
	),
	"schema.pattern": given(
		"A pattern of a schema can run without end on a text that a caller chooses.",
		"Begin it with ^, let no two parts of a loop read the same characters, and bound the text with maxLength.",
	),
	"schema.limit": given(
		"A schema is too deep or too large to be compiled.",
		"Make it flatter; describe many columns of one kind as one array.",
	),
	"examples.invalid": given(
		"An example is malformed or the schemas refuse it.",
		"Correct the example, or the schema where it is wrong.",
	),
	"evaluation.malformed": given(
		"The evaluation report lacks a field or has a wrong one.",
		"Write the report as docs/reference/manifest.md describes it.",
	),
	"evaluation.stale": refused("The evaluation is older than the policy allows.", "Evaluate the model again on current data."),
	"evaluation.model": refused(
		"The evaluation report is about other weights or another version.",
		"Evaluate these weights, or ship the report that belongs to them.",
	),
	"evaluation.data": refused(
		"The evaluation report and the manifest name different data.",
		"Name the data the model was evaluated on, in both.",
	),
	"evaluation.metric": refused(
		"A metric is no number or outside what it can be.",
		"Compute it again; a ratio such as auc lies between 0 and 1.",
	),
	"evaluation.threshold": refused(
		"A threshold of the report is not met by its own metrics.",
		"Ship a version that meets it, or set the threshold that is meant.",
	),
	"evaluation.leak": refused(
		"A model is evaluated on data it was trained on.",
		"Evaluate it on data that training has not seen.",
	),
	"datasets.invalid": refused(
		"A data set's digest or name cannot be that of its data.",
		"Name every data set once, with the sha256 of what was used.",
	),
	"training.commit": refused(
		"The training cannot be repeated from what the manifest names.",
		"Commit the code, train from that commit, and name it.",
	),
	"training.hyperparameters": refused(
		"The manifest names no hyperparameters or no seed.",
		"Write every hyperparameter, the seed included.",
	),
	"training.time": given("Training ended before it began.", "Correct startedAt and finishedAt."),
	"resources.too-small": refused("A package declares less than its weights need.", "Declare at least what the message says."),
	"resources.host": refused(
		"This host has less than the package declares or needs.",
		"Use a larger host, or declare what the model really takes.",
	),
	"version.order": refused("A newer version of the same line is published.", "Give it the next version number."),
	"changes.previous": refused(
		"The version before is not the one the manifest names.",
		"Name the version before, and its digest as headgate models shows it.",
	),
	"changes.notes": refused("The change notes say nothing.", "Write what changed and why, in a sentence or two."),
	"decisions.empty": refused("The text on decisions says nothing.", "Write why the model decides as it does."),
	"decisions.factor": refused(
		"A decision factor is no property of the input schema.",
		"Name it as the schema does, or remove it.",
	),
	"owner.contact": refused("The owner's contact is no address.", "Write an e-mail address, a link, or channel:NAME."),
};
