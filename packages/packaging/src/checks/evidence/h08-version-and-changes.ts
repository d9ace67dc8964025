import { ERRORS, isLeftOut, type Manifest, type ManifestChanges } from "@headgate/protocol";
import { compare, major, minor } from "semver";
import { type Check, type Finding, findingOf, judge, pass, skipped } from "../check.ts";
import type { PublishedVersion } from "../check-input.ts";
import type { CheckContext } from "../context.ts";
import { isPlaceholder, proseOf } from "./prose.ts";

const MIN_NOTES_CHARACTERS = 30;

export const h08VersionAndChanges: Check = {
	id: "H08",
	title: "The version goes on from the one before, and says what changed",
	severity: "block",
	refuses:
		"A version at or below a published one of the same major.minor line, `changes.previous` that is not published or has another digest, change notes of fewer than 30 characters or a placeholder.",
	why: "Who is woken by a rollback reads the change notes first; a version number that goes backwards makes 'the version before' mean two things.",
	async run(context) {
		const manifest = await context.manifest();
		if (manifest === undefined) return skipped("the manifest could not be read (M01)", "version and change notes");
		const { published, lock } = context.input;
		const others = published?.filter(({ version }) => version !== manifest.version) ?? [];
		const stored = published?.some(
			({ version, digest }) => version === manifest.version && (lock === undefined || digest === lock.packageDigest),
		);
		const order = published === undefined || stored === true ? [] : orderFindings(manifest.version, others);
		const changes = isLeftOut(manifest.changes) ? undefined : manifest.changes;
		const previous = changes === undefined ? NOTHING : previousFindings(changes, manifest, others);
		const findings = [
			...order,
			...contentFindings(manifest, published, lock?.packageDigest),
			...previous.findings,
			...(await notesFindings(context, changes)),
		];
		const notVerified = [
			...(published === undefined
				? ["the order of versions and the version before: nothing is known of what is published"]
				: previous.notVerified),
			...(changes === undefined ? ["what changed"] : []),
		];
		const after = changes?.previous == null ? "a first version" : `after ${changes.previous}`;
		return { ...judge(findings, pass(`${manifest.version}, ${after}`)), notVerified };
	},
};

interface Judged {
	readonly findings: readonly Finding[];
	readonly notVerified: readonly string[];
}

const NOTHING: Judged = { findings: [], notVerified: [] };

function orderFindings(version: string, others: readonly PublishedVersion[]): Finding[] {
	const line = others.filter((other) => major(other.version) === major(version) && minor(other.version) === minor(version));
	const newest = line.toSorted((a, b) => compare(b.version, a.version))[0];
	if (newest === undefined || compare(version, newest.version) > 0) return [];
	const message = `version ${version} is below ${newest.version}, which is published`;
	return [said("version.order", message, `Give it a version above ${newest.version}.`)];
}

/** Versions never change: the same number with other content is refused by the store too, but later. */
function contentFindings(
	manifest: Manifest,
	published: readonly PublishedVersion[] | undefined,
	digest: string | undefined,
): Finding[] {
	const twin = published?.find(({ version }) => version === manifest.version);
	if (twin === undefined || digest === undefined || twin.digest === digest) return [];
	return [
		said("version.immutable", `version ${manifest.version} is published with other content: ${twin.digest}, here ${digest}`),
	];
}

function previousFindings(changes: ManifestChanges, manifest: Manifest, others: readonly PublishedVersion[]): Judged {
	const { previous, previousDigest } = changes;
	if (previous === null) {
		const newest = others.toSorted((a, b) => compare(b.version, a.version))[0];
		if (newest === undefined) return NOTHING;
		const finding = said("changes.previous", `changes.previous is null, but ${newest.version} is published`);
		return { findings: [{ ...finding, severity: "warn" }], notVerified: [] };
	}
	const [name, version] = previous.split("@") as [string, string];
	if (previous === `${manifest.name}@${manifest.version}`) {
		return { findings: [said("changes.previous", `changes.previous is ${previous}, the version itself`)], notVerified: [] };
	}
	if (name !== manifest.name) return { findings: [], notVerified: [`the version before, ${previous}: it is of another model`] };
	// A store that is new to a model knows none of its history.
	if (others.length === 0)
		return { findings: [], notVerified: [`the version before, ${previous}: no other version is published here`] };
	const found = others.find((other) => other.version === version);
	if (found === undefined) {
		const known = others
			.slice(-5)
			.map((other) => other.version)
			.join(", ");
		return {
			findings: [said("changes.previous", `changes.previous is ${previous}, which is not published here (there are ${known})`)],
			notVerified: [],
		};
	}
	if (previousDigest === undefined)
		return { findings: [], notVerified: [`the content of ${previous}: changes.previousDigest is not given`] };
	if (found.digest === previousDigest) return NOTHING;
	const message = `changes.previousDigest is ${previousDigest}, ${previous} has ${found.digest}`;
	return { findings: [said("changes.previous", message)], notVerified: [] };
}

async function notesFindings(context: CheckContext, changes: ManifestChanges | undefined): Promise<Finding[]> {
	// A05 names a file that is not there.
	if (changes === undefined || !context.has(changes.notes)) return [];
	const file = changes.notes;
	let prose: string;
	try {
		prose = proseOf(await context.text(file));
	} catch (error) {
		return [findingOf(error, file)];
	}
	const { hint } = ERRORS["changes.notes"]!;
	if (isPlaceholder(prose)) return [{ code: "changes.notes", message: `${file} is a placeholder`, hint, file }];
	if (prose.length >= MIN_NOTES_CHARACTERS) return [];
	const message = `${file} has ${prose.length} characters besides its headings, at least ${MIN_NOTES_CHARACTERS} say something`;
	return [{ code: "changes.notes", message, hint, file }];
}

function said(code: string, message: string, hint = ERRORS[code]?.hint ?? ""): Finding {
	return { code, message: `model.yaml: ${message}`, hint, file: "model.yaml" };
}
