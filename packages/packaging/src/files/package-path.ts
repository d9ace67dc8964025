const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$/i;
/** Marks, overrides and isolates of writing directions: with them `exe.txt` can be shown where `txt.exe` stands. */
const TURNS_TEXT = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * Why a path cannot stand in a package, or undefined when it can: relative, NFC, `/` between segments, no `.` or `..`,
 * at most 255 bytes a segment and 1024 in all, and nothing that Windows reads differently.
 */
export function pathProblem(path: string): string | undefined {
	if (path === "") return "the path is empty";
	if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return "it contains a control character";
	if (TURNS_TEXT.test(path)) return "it contains a character that turns text around, so that it is not what it looks like";
	if (path.includes("\\")) return "it contains a backslash; write / between folders";
	if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is absolute; paths are relative to the package folder";
	if (path.normalize("NFC") !== path) return "it is not in Unicode normal form NFC";
	// U+FFFD is what Node makes of bytes that are not UTF-8: the name read back would be another file's, or nobody's.
	if (!path.isWellFormed() || path.includes("\ufffd")) return "it is not valid Unicode";
	if (Buffer.byteLength(path) > 1024) return "it is longer than 1,024 bytes";
	for (const segment of path.split("/")) {
		if (segment === "" || segment === ".") return "it has an empty or '.' segment";
		if (segment === "..") return "it points outside the package";
		if (Buffer.byteLength(segment) > 255) return "a segment is longer than 255 bytes";
		if (RESERVED.test(segment)) return `'${segment}' is a reserved name on Windows`;
		if (/[. ]$/.test(segment)) return "a segment ends with a dot or a space";
	}
	return undefined;
}

/** A path as it may be printed: control characters and other escapes are spelled out. */
export function printable(text: string): string {
	return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => {
		return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
	});
}

/** The form under which two paths count as the same on some file system. */
export function foldedPath(path: string): string {
	return path.normalize("NFC").toLowerCase().normalize("NFC");
}
