/** What else lies in a package: configuration, tokenizers, templates, code, secrets. The scanners themselves are in `contents`. */
import type { Check } from "../check.ts";
import { d04ChatTemplate } from "./d04-chat-template.ts";
import { f01RemoteCode } from "./f01-remote-code.ts";
import { f02TokenizerIds } from "./f02-tokenizer-ids.ts";
import { f03ConfigTensors } from "./f03-config-tensors.ts";
import { f04OneTemplate } from "./f04-one-template.ts";
import { f05EntryPoints } from "./f05-entry-points.ts";
import { f06CodeSmells } from "./f06-code-smells.ts";
import { f07Secrets } from "./f07-secrets.ts";
import { f08BannedFiles } from "./f08-banned-files.ts";

export const CONTENTS_CHECKS: readonly Check[] = [
	d04ChatTemplate,
	f01RemoteCode,
	f02TokenizerIds,
	f03ConfigTensors,
	f04OneTemplate,
	f05EntryPoints,
	f06CodeSmells,
	f07Secrets,
	f08BannedFiles,
];
