import { could, type ErrorRow, given, refused } from "./error-row.ts";

/** What a package needs to run, and what it is made from. */
export const dependencyErrors: Readonly<Record<string, ErrorRow>> = {
	"dependency.unpinned": refused(
		"A dependency is not one exact version.",
		"Write name==version, or let headgate init --lock resolve it.",
	),
	"dependency.unhashed": refused("A dependency has no sha256.", "Let headgate init --lock write the lock."),
	"dependency.source": refused(
		"A dependency comes from an address, a path or version control.",
		"Depend on an archive of an index.",
	),
	"dependency.option": refused("A lock holds an option that chooses where packages come from.", "Remove the line."),
	"dependency.duplicate": refused("A dependency stands twice.", "Keep one version of it."),
	"dependency.malformed": refused("A line of a requirements file is not understood.", "Write name==version and its hashes."),
	"dependency.format": refused(
		"The named dependencies are no lock that is read here.",
		"Name a requirements.lock or a package-lock.json.",
	),
	"dependency.version": refused("A version under runtime.versions is not the one that would run.", "Make both the same."),
	"dependency.npm-version": refused("There is no package-lock.json of version 3.", "Run npm install with npm 7 or newer."),
	"dependency.npm-source": refused(
		"An npm dependency does not come from a registry's archive of it.",
		"Install it again from a registry.",
	),
	"dependency.npm-integrity": refused("An npm dependency has no sha512.", "Delete the lock and run npm install."),
	"dependency.npm-script": refused("An npm dependency runs a script when it is installed.", "Use one without install scripts."),
	"license.malformed": refused(
		"The license is no SPDX expression.",
		"Write an identifier of spdx.org/licenses, or LicenseRef-NAME.",
	),
	"license.unknown": refused("SPDX does not list the license.", "Correct it, or write LicenseRef-NAME."),
	"license.terms": refused("The license limits how the model may be used.", "Let someone who answers for licences look at it."),
	"license.base-model": refused(
		"The license and that of the base model do not agree.",
		"Let someone who answers for licences look at it.",
	),
	"init.requirements": given("Requirements cannot be resolved as they stand.", "Correct the lines that the message names."),
	"init.unresolved": could(
		"pip, its python or the network did not resolve the requirements.",
		"Correct what the message names, then try again.",
	),
	"init.cancelled": could("An init was interrupted.", "Run it again; a model.yaml is written last.", 499),
	"import.source": given("The source of an import is not what was named.", "Name the folder that the tool wrote."),
	"import.exists": given("The folder to import into is not empty.", "Name a new folder.", 409),
	"import.mlmodel": given("The MLmodel file cannot be read.", "Let MLflow write the model again."),
	"import.signature": given(
		"An MLmodel has no signature.",
		"Log the model again with infer_signature, or give --input-schema FILE.",
	),
	"import.absent-file": given("A source lacks a file that it names.", "Download or save the model again."),
	"import.link": given(
		"A link leads out of the source, or nowhere.",
		"Download the model again, or name the cache's folder with --cache.",
	),
	"import.damaged": refused("A file of the cache is not what its name says.", "Delete it from the cache and download it again."),
};
