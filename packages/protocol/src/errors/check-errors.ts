import type { ErrorRow } from "./error-row.ts";

function given(when: string, hint: string, status = 422): ErrorRow {
	return { status, exit: 2, retryable: false, when, hint };
}

function refused(when: string, hint: string, status = 422): ErrorRow {
	return { status, exit: 1, retryable: false, when, hint };
}

function could(when: string, hint: string, status = 500): ErrorRow {
	return { status, exit: 3, retryable: true, when, hint };
}

/** Packages: manifest, files, formats, ingest. */
export const checkErrors: Readonly<Record<string, ErrorRow>> = {
	"manifest.absent": given("The folder has no model.yaml.", "Run headgate init on the folder."),
	"manifest.too-large": given("The manifest is larger than 1 MiB.", "Keep data in files of the package and name their paths."),
	"manifest.encoding": given("The manifest is not plain UTF-8.", "Save it as UTF-8 without a byte order mark."),
	"manifest.syntax": given("The manifest is not YAML 1.2.", "Correct the line; indent with spaces, never with tabs."),
	"manifest.duplicate-key": given("A key stands twice in one map.", "Keep one of the two."),
	"manifest.alias": given("The manifest expands too many YAML aliases.", "Write the values out."),
	"manifest.unknown-key": given("A key is not part of the manifest.", "Correct the key, or put free words under annotations."),
	"manifest.missing": given("A required key is absent.", 'Add it; an optional part is left out with { none: "reason" }.'),
	"manifest.type": given("A value is of the wrong kind.", "Write the kind that the message names; quote versions."),
	"manifest.value": given("A value is outside what is allowed.", "Use a value that the message names."),
	"manifest.version": given("The version is not a semantic version.", "Write three numbers in quotes, such as '1.1.0'."),
	"manifest.owner": given("The owner is empty or a placeholder.", "Name the team and an address that people read."),
	"manifest.sha256": given("A digest is not 64 hexadecimal digits.", "Paste the whole output of sha256sum."),
	"manifest.time": given("An instant is malformed or in the future.", "Write when it was, such as 2026-10-31T00:00:00Z."),
	"manifest.commit": given("The commit is not a full commit id.", "Paste the output of git rev-parse HEAD."),
	"manifest.path": given(
		"A path leaves the package or is not portable.",
		"Name a file inside the package, with / between folders.",
	),
	"manifest.absent-file": given("A file that the manifest names is not in the package.", "Add the file or correct the path."),
	"package.not-found": given("There is no such package, folder or file.", "See headgate models, or correct the path.", 404),
	"package.link": given("A package holds a symbolic link.", "Put the file itself in its place (cp -L)."),
	"package.special-file": given("A package holds something that is neither file nor folder.", "Remove it."),
	"package.path": given("A path in the package is not portable.", "Rename the file."),
	"package.duplicate-path": given("Two paths differ only in case or Unicode form.", "Rename one of the two."),
	"package.too-many-files": given("A package has more than 10,000 files.", "Pack small files into an archive."),
	"package.changed": could("A file changed while it was read.", "Wait until nothing writes to the folder, then push again.", 409),
	"package.refused": refused(
		"A package does not pass its checks.",
		"Correct what the checks name; headgate check shows them all.",
	),
	"package.lock": refused(
		"model.lock.json is malformed or does not match the package.",
		"Delete it; the next push writes a new one.",
	),
	"schema.unreadable": given("A schema of the package is not a JSON Schema.", "Correct the file."),
	"version.immutable": refused(
		"This version exists with other content.",
		"Versions never change: raise the version in model.yaml.",
		409,
	),
	"store.full": could("The disk is full or fails.", "Free space on the data folder's disk, then push again.", 507),
	"store.unwritable": could("The store cannot be written.", "Give the process write permission on the data folder."),
	"store.read-back": could("What was written reads back differently.", "Check the disk; the package was not stored."),
	"push.cancelled": could("The push was cancelled.", "Push again; nothing was stored.", 499),
	"weights.empty": refused("A weight file has no bytes.", "Copy the file again."),
	"weights.cut-off": refused("A weight file ends before its content does.", "Copy it again and compare sizes and sha256."),
	"weights.unreadable": could("A weight file could not be read.", "Check the file's permissions and the disk."),
	"onnx.malformed": refused("A file is not a well-formed ONNX model.", "Export it again, or copy it again as binary."),
	"onnx.limit": refused("An ONNX model exceeds a limit of the reader.", "Export it with shorter names or less nesting."),
	"check.unknown": given("There is no check with this id.", "See docs/reference/checks.md."),
	"init.exists": given("The folder has a model.yaml already.", "Edit it, or remove it first.", 409),
	"init.nothing": given("No model was found in the folder.", "Put the model's file there first."),
};
