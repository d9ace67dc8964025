import type { ErrorRow } from "./catalogue.ts";

/** What lies on disk: the journal, the evidence store, and the disk itself. */
export const storageErrors: Readonly<Record<string, ErrorRow>> = {
	"disk.full": {
		status: 507,
		exit: 3,
		retryable: true,
		when: "The disk that holds the data folder has no room left; nothing was written in part.",
		hint: "Free some space on that disk, then try again; what was acknowledged before is safe.",
	},
	"disk.failed": {
		status: 500,
		exit: 3,
		retryable: false,
		when: "The disk or its permissions refused a read or a write in the data folder.",
		hint: "Check that the data folder exists, that its owner may write there, and that the disk is healthy.",
	},
	"journal.version-conflict": {
		status: 409,
		exit: 1,
		retryable: true,
		when: "Someone else appended to the same stream of the journal first.",
		hint: "Read the stream again, decide again, and append with its new version.",
	},
	"journal.event-invalid": {
		status: 500,
		exit: 3,
		retryable: false,
		when: "An event that cannot be written as JSON was handed to the journal.",
		hint: "This is a bug in Headgate: please report it with the message; nothing was written.",
	},
	"journal.in-use": {
		status: 503,
		exit: 3,
		retryable: true,
		when: "Another process holds the journal of this data folder.",
		hint: "Stop the other `headgate up`, or give this one another data folder.",
	},
	"journal.newer-schema": {
		status: 500,
		exit: 3,
		retryable: false,
		when: "The journal was written by a newer Headgate than this one.",
		hint: "Use the newer Headgate again; an older one never touches the file.",
	},
	"journal.corrupt": {
		status: 500,
		exit: 3,
		retryable: false,
		when: "The journal file is damaged, was changed from outside, or is not a journal.",
		hint: "Keep the file as it is, run `headgate audit verify` to see the first broken event, and restore a backup.",
	},
	"journal.closed": {
		status: 503,
		exit: 3,
		retryable: true,
		when: "An event was to be appended while the process was ending.",
		hint: "Try again once control is up.",
	},
	"evidence.corrupt": {
		status: 500,
		exit: 3,
		retryable: false,
		when: "A record of the evidence store is not what was written.",
		hint: "Keep the files as they are; verdicts that rest on this record cannot be replayed. Restore a backup.",
	},
	"evidence.range-missing": {
		status: 404,
		exit: 3,
		retryable: false,
		when: "Evidence was asked for that the store does not hold.",
		hint: "Check that the evidence folder belongs to this journal and is complete.",
	},
	"evidence.record-invalid": {
		status: 500,
		exit: 3,
		retryable: false,
		when: "A record that cannot be written was handed to the evidence store.",
		hint: "This is a bug in Headgate: please report it with the message; nothing was written.",
	},
	"evidence.closed": {
		status: 503,
		exit: 3,
		retryable: true,
		when: "Evidence was to be written while the process was ending, or after its file could not be repaired.",
		hint: "Try again once control is up; unacknowledged windows are sent again by the gateways.",
	},
};
