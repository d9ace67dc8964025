/** Whether the bytes are what was sent and stored, and every file is what it is taken for. Archives are read here too; formats have their own folders. */
import type { Check } from "../check.ts";
import { a01Claim } from "./a01-claim.ts";
import { a02LfsPointer } from "./a02-lfs-pointer.ts";
import { a03ErrorPage } from "./a03-error-page.ts";
import { a04Integrity } from "./a04-integrity.ts";
import { a05Files } from "./a05-files.ts";
import { a06ArchiveEntries } from "./a06-archive-entries.ts";
import { a07Expansion } from "./a07-expansion.ts";
import { a08Container } from "./a08-container.ts";
import { a09DeclaredFormat } from "./a09-declared-format.ts";
import { a10DiskRoom } from "./a10-disk-room.ts";

export const INTEGRITY_CHECKS: readonly Check[] = [
	a01Claim,
	a02LfsPointer,
	a03ErrorPage,
	a04Integrity,
	a05Files,
	a06ArchiveEntries,
	a07Expansion,
	a08Container,
	a09DeclaredFormat,
	a10DiskRoom,
];
