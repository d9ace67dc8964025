import { type ErrorRow, refused } from "./error-row.ts";

/** Configuration, tokenizers, templates, code and secrets in a package. */
export const contentsErrors: Readonly<Record<string, ErrorRow>> = {
	"contents.remote-code": refused(
		"A configuration has a library import code of the package or of another repository.",
		"Take the entry out, or export the model to ONNX.",
	),
	"contents.banned": refused("A package holds a file that runs, or makes others run, without being asked.", "Remove the file."),
	"template.unsafe": refused("A chat template reaches out of its sandbox.", "Take the chat template of the model's publisher."),
	"template.limit": refused("A chat template is too large, or loops without end.", "Take the loop or the repetition out."),
	"template.malformed": refused("A chat template is no Jinja.", "Correct the template at the place that the message names."),
	"template.differs": refused("Two chat templates beside each other differ.", "Keep one of them, or make them the same."),
	"tokenizer.malformed": refused("A tokenizer file is not what its library reads.", "Save the tokenizer again."),
	"tokenizer.limit": refused("A tokenizer file exceeds a limit of the reader.", "Save the tokenizer again."),
	"tokenizer.range": refused(
		"A token id has no row in the embeddings.",
		"Resize the embeddings, or ship the tokenizer that the model was trained with.",
	),
	"config.mismatch": refused(
		"A configuration and the weights beside it disagree.",
		"Ship the configuration saved with these weights.",
	),
	"code.malformed": refused("Code of a package does not parse.", "Correct the line that the message names."),
	"code.export": refused("Code of a package lacks what the runtime calls.", "Export it as the message says."),
	"code.smell": refused("Code of a package does what a model need not do.", "Review the line, or take it out."),
	"secret.found": refused("A file of a package holds a secret.", "Revoke it where it was issued, then take it out of the file."),
	"secret.file": refused("A file of a package is made for secrets.", "Take the file out, and revoke what it holds."),
};
