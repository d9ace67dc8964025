import { isExample, isPlaceholder, looksRandom } from "./placeholder.ts";

/** One kind of secret. Every pattern is linear and bounded. */
export interface SecretKind {
	/** As a person calls it. */
	readonly name: string;
	/** What it begins with, as the source of a pattern: plain letters first, so that a search is fast. */
	readonly head: string;
	/** What follows at least, so that the search itself passes over words that only begin alike. */
	readonly next: string;
	/** From its beginning; the first group is the part that must be random, by default all. */
	readonly pattern: RegExp;
	/** Whether that part is a secret. By default it is unless it was written to show the form. */
	readonly accept?: (body: string, whole: string) => boolean;
	/** What may stand before it, as the source of a class; by default anything but a letter, a digit, `_` and `-`. */
	readonly after?: string;
	/** Its last characters say nothing. */
	readonly noTail?: true;
}

/** Longer ones are cut; a window overlaps the next by more. */
export const MAX_SECRET_CHARS = 4_000;

export const SECRET_KINDS: readonly SecretKind[] = [
	{
		name: "Hugging Face token",
		head: "hf_",
		next: "[A-Za-z0-9]{34}",
		pattern: /hf_([A-Za-z0-9]{34,64})(?![A-Za-z0-9])/y,
		accept: isMixedCase,
	},
	{
		name: "Hugging Face organisation token",
		head: "api_org_",
		next: "[A-Za-z0-9]{34}",
		pattern: /api_org_([A-Za-z0-9]{34,64})(?![A-Za-z0-9])/y,
		accept: isMixedCase,
	},
	{
		name: "AWS access key",
		head: "A[KS]IA",
		next: "[0-9A-Z]{16}",
		pattern: /A[KS]IA([0-9A-Z]{16})(?![0-9A-Za-z])/y,
		accept: hasDigit,
	},
	{
		name: "GitHub token",
		head: "gh[pousr]_",
		next: "[A-Za-z0-9]{36}",
		pattern: /gh[pousr]_([A-Za-z0-9]{36,255})(?![A-Za-z0-9])/y,
		accept: hasDigit,
	},
	{
		name: "GitHub fine-grained token",
		head: "github_pat_",
		next: "\\w{22}",
		pattern: /github_pat_(\w{22,255})/y,
		accept: hasDigit,
	},
	{ name: "GitLab token", head: "glpat-", next: "[\\w-]{20}", pattern: /glpat-([\w-]{20,64})/y, accept: hasDigit },
	{
		name: "API key (sk-…)",
		head: "sk-",
		next: "[\\w-]{20}",
		pattern: /sk-(?:proj-|ant-(?:api\d\d-)?|svcacct-|or-v1-)?([\w-]{20,255})/y,
		accept: hasRandomRun,
	},
	{
		name: "Stripe live key",
		head: "[rs]k_live_",
		next: "[A-Za-z0-9]{24}",
		pattern: /[rs]k_live_([A-Za-z0-9]{24,200})/y,
		accept: hasDigit,
	},
	{
		name: "Slack token",
		head: "xox[baprs]-",
		next: "[A-Za-z0-9-]{20}",
		pattern: /xox[baprs]-([A-Za-z0-9-]{20,255})/y,
		accept: hasDigit,
	},
	{ name: "Google API key", head: "AIza", next: "[\\w-]{35}", pattern: /AIza([\w-]{35})(?![\w-])/y, accept: isMixed },
	{
		name: "AWS secret key",
		head: "(?:AWS_SECRET_ACCESS_KEY|aws_secret_access_key)",
		next: `["']?\\s{0,4}[=:]\\s{0,4}["']?[A-Za-z0-9/+]{40}`,
		pattern: /aws_secret_access_key["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/iy,
		accept: isMixed,
		after: "[^A-Za-z0-9]",
	},
	{
		// By its name: what it is worth cannot be seen, but nothing that is called so belongs into a package.
		name: "value of a credential",
		head: "(?:api_?key|apikey|secret_?key|client_secret|access_token|auth_token|password)",
		next: `"\\s{0,4}:\\s{0,4}"[^"]{12}`,
		pattern: /[a-z_]{6,13}"\s{0,4}:\s{0,4}"([^"\s{}<>$]{12,200})"/y,
		accept: (body) => /\d/.test(body) && /[a-z]/i.test(body) && !isExample(body),
		after: '["_-]',
		noTail: true,
	},
	{
		name: "private key",
		head: "-----BEGIN ",
		next: "[A-Z ]{0,40}PRIVATE KEY",
		// Between its first line and the key there may be a line's end, quotes, and headers such as `Proc-Type: 4,ENCRYPTED`.
		pattern:
			/-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|[\s"',+>|*]){0,40}(?:[A-Za-z-]{4,20}: [^\n\\]{0,120}(?:\\n|\s){1,8}){0,6}([A-Za-z0-9+/=]{40,70})/y,
		accept: looksRandom,
		after: "[^-]",
		noTail: true,
	},
	{
		name: "JSON web token",
		head: "eyJ",
		next: "[\\w-]{10}",
		pattern: /(eyJ[\w-]{10,1000})\.(?:eyJ[\w-]{5,2000})\.[\w-]{20,700}/y,
		accept: isToken,
		after: "[^\\w.-]",
	},
	{
		name: "Azure storage key",
		head: "AccountKey=",
		next: "[A-Za-z0-9+/]{86}",
		pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/y,
		// The public key of Azure's emulator, in every tutorial.
		accept: (body) => !body.startsWith("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq") && isMixed(body),
		after: "[^A-Za-z0-9]",
	},
	{
		name: "npm registry token",
		head: "_authToken",
		next: '"?\\s{0,4}[=:]',
		pattern: /_authToken"?\s{0,4}[=:]\s{0,4}"?([\w.+/=-]{16,255})/y,
		accept: hasDigit,
		after: "[^]",
	},
	{ name: "npm token", head: "npm_", next: "[A-Za-z0-9]{36}", pattern: /npm_([A-Za-z0-9]{36})(?![A-Za-z0-9])/y, accept: isMixed },
	{ name: "PyPI token", head: "pypi-AgE", next: "[\\w-]{50}", pattern: /pypi-(AgE[\w-]{50,400})/y, accept: isMixed },
];

function isMixedCase(body: string): boolean {
	return /[A-Z]/.test(body) && /[a-z]/.test(body) && !isPlaceholder(body);
}

function hasDigit(body: string): boolean {
	return /\d/.test(body) && !isPlaceholder(body);
}

function isMixed(body: string): boolean {
	return looksRandom(body) && !isPlaceholder(body);
}

/** `sk-estimator-doc-link` and its like are names of scikit-learn's style sheet: a key has a run of letters and digits without hyphens. */
function hasRandomRun(body: string): boolean {
	return /[A-Za-z0-9]{16}/.test(body) && /[A-Za-z]/.test(body) && hasDigit(body.replaceAll(/[-_]/g, ""));
}

/** The head of a token is JSON that names its algorithm; the one of every tutorial is no secret. */
function isToken(head: string, whole: string): boolean {
	try {
		const { alg } = JSON.parse(Buffer.from(head, "base64url").toString()) as { alg?: unknown };
		const claims = Buffer.from(whole.split(".")[1]!, "base64url").toString();
		return typeof alg === "string" && alg !== "none" && !claims.includes('"1234567890"');
	} catch {
		return false;
	}
}
