/** Files whose only use is to hold secrets, by their names. */
const KINDS: readonly (readonly [RegExp, string])[] = [
	[/(^|\/)\.env(\.(?!example$|sample$|template$|dist$)[\w-]+)?$/i, "environment file"],
	[/(^|\/)[._]netrc$/i, "file of passwords for hosts"],
	[/(^|\/)\.git-credentials$/i, "file of Git passwords"],
	[/(^|\/)\.aws\//i, "AWS configuration"],
	[/(^|\/)\.azure\//i, "Azure configuration"],
	[/(^|\/)\.config\/gcloud\//i, "Google Cloud configuration"],
	[/(^|\/)\.kube\/config$/i, "Kubernetes configuration"],
	[/(^|\/)\.docker\/config\.json$/i, "Docker configuration"],
	[/(^|\/)\.pypirc$/i, "file of PyPI passwords"],
	[/(^|\/)\.(huggingface|cache\/huggingface)\/(token|stored_tokens)$/i, "Hugging Face token file"],
	[/(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/i, "SSH key"],
	[/(^|\/)\.ssh\//i, "SSH configuration"],
];

/** What kind of secret file a path is; undefined for every other. */
export function secretFileKind(path: string): string | undefined {
	return KINDS.find(([pattern]) => pattern.test(path))?.[1];
}
