import { describe, expect, it } from "vitest";
import { hashPackage, makeLock } from "../../lock/build-lock.ts";
import { manifestText, packageFiles, writePackage } from "../../testing/package-fixture.ts";
import type { PublishedVersion } from "../check-input.ts";
import { checkPackage } from "../check-package.ts";

const digest = (byte: string): string => `sha256:${byte.repeat(32)}`;
const published = (...versions: string[]): PublishedVersion[] => versions.map((version) => ({ version, digest: digest("aa") }));

async function judge(changes: string, others?: PublishedVersion[], version = "1.1.0", notes?: string) {
	const files = packageFiles({
		"model.yaml": manifestText({ version: `version: "${version}"`, changes: `changes: { ${changes}, notes: CHANGES.md }` }),
		...(notes === undefined ? {} : { "CHANGES.md": notes }),
	});
	const { results } = await checkPackage(await writePackage(files), others === undefined ? {} : { published: others });
	return results.find((result) => result.id === "H08")!;
}

describe("H08", () => {
	it("passes a version above those of its line, after one that is published", async () => {
		const previous = `previous: credit-risk@1.0.0, previousDigest: "${digest("aa")}"`;
		expect(await judge(previous, published("1.0.0", "1.0.9", "2.0.0", "1.1.0-rc.1"))).toMatchObject({
			status: "pass",
			notVerified: [],
		});
	});

	it("passes a fix of an older line", async () => {
		expect((await judge("previous: credit-risk@1.0.8", published("1.0.8", "1.1.4"), "1.0.9")).status).toBe("pass");
	});

	it.each<[string, string, PublishedVersion[], string, string, string]>([
		[
			"a version below a published one",
			"previous: credit-risk@1.1.2",
			published("1.1.2"),
			"1.1.1",
			"version.order",
			"version 1.1.1 is below 1.1.2, which is published",
		],
		[
			"a version before that is not published",
			"previous: credit-risk@1.0.1",
			published("1.0.0"),
			"1.1.0",
			"changes.previous",
			"credit-risk@1.0.1, which is not published here (there are 1.0.0)",
		],
		[
			"another digest of the version before",
			`previous: credit-risk@1.0.0, previousDigest: "${digest("bb")}"`,
			published("1.0.0"),
			"1.1.0",
			"changes.previous",
			`credit-risk@1.0.0 has ${digest("aa")}`,
		],
		[
			"itself as the version before",
			"previous: credit-risk@1.1.0",
			published(),
			"1.1.0",
			"changes.previous",
			"the version itself",
		],
	])("refuses %s", async (_, changes, others, version, code, words) => {
		expect(await judge(changes, others, version)).toMatchObject({
			status: "fail",
			severity: "block",
			code,
			message: expect.stringContaining(words),
		});
	});

	it.each([
		["# 1.1.0\n\nTODO: write the notes, please do not forget this time.\n", "is a placeholder"],
		["# 1.1.0, the great release of this autumn\n\nFixes.\n", "has 6 characters besides its headings"],
		["<!-- what changed, for whom, and why it was needed -->\n", "has 0 characters"],
	])("refuses the notes %j", async (notes, words) => {
		expect(await judge("previous: null", undefined, "1.1.0", notes)).toMatchObject({
			status: "fail",
			code: "changes.notes",
			message: expect.stringContaining(words),
		});
	});

	it("lets a published version be deployed again, also below newer ones, but not with other content", async () => {
		const folder = await writePackage(packageFiles());
		const lock = makeLock("credit-risk", "1.1.0", await hashPackage(folder), [], Date.now());
		const judged = async (own: string) => {
			const others = [...published("1.1.5"), { version: "1.1.0", digest: own }];
			const { results } = await checkPackage(folder, { lock, published: others, off: ["A04"] });
			return results.find((result) => result.id === "H08")!;
		};
		expect(await judged(lock.packageDigest)).toMatchObject({ status: "fail", severity: "warn" });
		expect((await judged(digest("bb"))).findings?.map(({ code }) => code)).toContain("version.immutable");
	});

	it("warns of a first version where there are others, and says what it could not know", async () => {
		expect(await judge("previous: null", published("1.0.0"))).toMatchObject({ status: "fail", severity: "warn" });
		expect((await judge("previous: credit-risk@1.0.0")).notVerified?.join()).toContain("nothing is known of what is published");
		expect(await judge("previous: credit-risk@1.0.0", [])).toMatchObject({
			status: "pass",
			notVerified: [expect.stringContaining("no other version")],
		});
	});
});
