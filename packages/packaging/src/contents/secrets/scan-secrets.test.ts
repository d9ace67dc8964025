import { describe, expect, it } from "vitest";
import { bytesSource } from "../../files/read-at.ts";
import { scanSecrets } from "./scan-secrets.ts";

// Made up, and put together here so that no scanner of this repository takes them for real.
const LETTERS = "qRfHkYjhZcNRoKOBtGzmmFQJWPOaWtNGHD";
const MIXED = "q7RfH2kYjh9ZcNRoK4OBtGz5mmFQ8JWPOaWtNG3HDs1bVx6L";
const UPPER = "Q7RF2KYJ9ZCNR4OB";
const token = (...parts: string[]): string => parts.join("");
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const JWT = [part({ alg: "HS256", typ: "JWT" }), part({ sub: "svc-7", scope: "write" }), MIXED.slice(0, 43)].join(".");

async function kindsIn(content: string | Uint8Array, maxBytes = 1e9): Promise<string[]> {
	const { secrets } = await scanSecrets(bytesSource(Buffer.from(content as string)), maxBytes);
	return secrets.map(({ kind }) => kind);
}

describe("a secret is found", () => {
	it.each([
		["Hugging Face token", token("hf_", LETTERS)],
		["AWS access key", token("AKIA", UPPER)],
		["AWS access key", token("ASIA", UPPER)],
		["GitHub token", token("ghp_", MIXED.slice(0, 36))],
		["GitHub fine-grained token", token("github_pat_", MIXED)],
		["GitLab token", token("glpat-", MIXED.slice(0, 20))],
		["API key (sk-…)", token("sk-", MIXED)],
		["API key (sk-…)", token("sk-proj-", MIXED)],
		["API key (sk-…)", token("sk-ant-", "api03-", MIXED)],
		["Slack token", token("xoxb-", "2847561930-", MIXED.slice(0, 24))],
		["Google API key", token("AIza", MIXED.slice(0, 35))],
		["private key", token("-----BEGIN RSA PRIVATE", " KEY-----\nProc-Type: 4,ENCRYPTED\n\n", MIXED, "\n")],
		["private key", token('"private_key": "-----BEGIN PRIVATE', " KEY-----\\n", MIXED)],
		["JSON web token", `Authorization: Bearer ${JWT}`],
		["Azure storage key", token("AccountName=a;AccountKey=", MIXED, MIXED.slice(0, 38), "==;")],
		["npm registry token", token("//packages.example.com/:_auth", "Token=", MIXED)],
		["AWS secret key", token("AWS_SECRET_", "ACCESS_KEY=", MIXED.slice(0, 40))],
		["value of a credential", token('"api_', 'key": "sk-', "1234567890abcdef", '"')],
		["value of a credential", token('{"client_', 'secret" : "', "hunter2hunter2", '"}')],
		["PyPI token", token("pypi-", "AgEIcHlwaS5vcmc", MIXED, MIXED)],
	])("%s", async (kind, text) => {
		expect(await kindsIn(`first line\nkey: ${text} # comment\n`)).toEqual([kind]);
	});

	it("in the output of a notebook, after an escaped line end, with its line and its last four characters", async () => {
		const cell = { cell_type: "code", outputs: [{ output_type: "stream", text: [`token:\n${token("hf_", LETTERS)}\n`] }] };
		const source = bytesSource(Buffer.from(JSON.stringify({ cells: [cell] }, null, 1)));
		const { secrets } = await scanSecrets(source, 1e9);
		expect(secrets).toMatchObject([{ kind: "Hugging Face token", line: 9, tail: "NGHD" }]);
		expect(JSON.stringify(secrets)).not.toContain(LETTERS.slice(0, 8));
	});

	it("across the edge of a window, once", async () => {
		for (const before of [262_100, 262_130, 262_143, 262_144, 262_160]) {
			const text = `${"x ".repeat(before / 2)}${token("hf_", LETTERS)} ${"y ".repeat(200_000)}`;
			expect(await kindsIn(text)).toEqual(["Hugging Face token"]);
		}
	});

	it("in UTF-16", async () => {
		const text = Buffer.from(`\ufeffTOKEN=${token("hf_", LETTERS)}\r\n`, "utf16le");
		expect(await kindsIn(text)).toEqual(["Hugging Face token"]);
	});

	it("at both ends of a binary file, not in its middle", async () => {
		const binary = Buffer.alloc(5_000_000);
		for (const at of [100, 2_500_000, 4_999_000]) binary.write(`\n${token("hf_", LETTERS)}\n`, at, "latin1");
		const { secrets } = await scanSecrets(bytesSource(binary), 1e9);
		expect(secrets.map(({ offset }) => offset)).toEqual([101, 4_999_001]);
	});

	it("in a text above the limit only at its ends, which it says", async () => {
		const text = `${"word ".repeat(600_000)}${token("hf_", LETTERS)}`;
		expect(await scanSecrets(bytesSource(Buffer.from(text)), 1_000_000)).toMatchObject({
			cut: true,
			secrets: [{ tail: "NGHD" }],
		});
	});
});

describe("no secret is found in", () => {
	it.each([
		["the key of every AWS tutorial", "AKIAIOSFODNN7EXAMPLE"],
		["a row of x", `hf_${"x".repeat(34)}`],
		["a row of X", `ghp_${"X".repeat(36)}`],
		["the alphabet", "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH"],
		["numbers in a row", "sk-12345678901234567890123456789012"],
		["an invitation", "sk-your-openai-api-key-goes-here-0001"],
		["a pattern for secrets", "/hf_[A-Za-z0-9]{34}/ or AKIA[0-9A-Z]{16}"],
		["a variable", `_authToken=$${"{NPM_TOKEN}"}`],
		["classes of scikit-learn's style sheet", "#sk-container-id-1 div.sk-estimator-doc-link sk-toggleable__label-arrow-1"],
		["names of code", "hf_model_for_sequence_classification_base npm_config_registry_url_of_the_day_x"],
		[
			"the place of a credential, left open",
			'{"api_key": "your-api-key-0001", "password": "{PASSWORD_1}", "secret_key": "replace-me-12345"}',
		],
		["what only sounds like a credential", '{"password_policy": "at least 12 characters", "api_key_header": "x-api-key-v2"}'],
		["a hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
		[
			"the token of every JWT tutorial",
			[part({ alg: "HS256" }), part({ sub: "1234567890", name: "John Doe" }), MIXED.slice(0, 43)].join("."),
		],
		["base64 that looks like a token", `eyJ${MIXED}.eyJ${MIXED}.${MIXED}`],
		["the beginning of a key, in code that looks for it", 'if text.startswith("-----BEGIN PRIVATE KEY-----"):'],
		["a public key", `-----BEGIN PUBLIC KEY-----\n${MIXED}\n`],
		["a certificate", `-----BEGIN CERTIFICATE-----\n${MIXED}\n`],
		["a word of which it is the end", `shelf_${LETTERS} task-${MIXED}`],
	])("%s", async (_, text) => {
		expect(await kindsIn(text)).toEqual([]);
	});

	it("base64 of a picture", async () => {
		const bytes = Buffer.alloc(3_000_000);
		for (let state = 7, at = 0; at < bytes.length; at++) {
			state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
			bytes[at] = state >>> 24;
		}
		expect(await kindsIn(bytes.toString("base64"))).toEqual([]);
	});
});
