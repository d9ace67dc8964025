import { could, type ErrorRow, given, refused } from "./error-row.ts";

/** Packages on their way in. */
export const uploadErrors: Readonly<Record<string, ErrorRow>> = {
	"upload.empty": given(
		"An upload, or a part of one, brought no bytes.",
		"Send the files of the package, or one archive of it.",
		400,
	),
	"upload.truncated": could(
		"An upload ended before all of its bytes were there.",
		"Ask for its offsets and send the rest with Upload-Offset, or run headgate push again: only the rest is sent.",
		400,
	),
	"upload.checksum": refused(
		"Bytes that arrived are not those that were promised.",
		"Send the file again: it changed on the way, or while it was read.",
	),
	"upload.digest": given("A Content-Digest or Repr-Digest holds no sha-256.", "Write it as sha-256=:BASE64: (RFC 9530).", 400),
	"upload.offset": could("A part does not begin where the bytes so far end.", "Go on at the Upload-Offset of the answer.", 409),
	"upload.in-use": could(
		"Another request is writing to the same file, or finishing the same upload.",
		"Wait until it is done, then ask for the offsets.",
		409,
	),
	"upload.too-long": given("A part goes beyond the size that was promised.", "Promise the right size in a new upload."),
	"upload.too-large": given(
		"What is promised is larger than any upload may be.",
		"Push it on the host of the control process.",
		413,
	),
	"upload.too-many": could(
		"As many uploads as there may be are open.",
		"Finish or delete one; unfinished ones end after 24 h.",
		429,
	),
	"upload.unknown": given(
		"There is no such upload, or no such file in it.",
		"Begin a new one: uploads end when they are finished, deleted, or untouched for 24 h.",
		404,
	),
};
