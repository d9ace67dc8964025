import { expect, it } from "vitest";
import { wrapped } from "./wrapped.ts";

it("fits paragraphs to the terminal and leaves them whole in a pipe", () => {
	expect(wrapped("one two three four", "  ", 12)).toBe("  one two\n    three\n    four");
	expect(wrapped("a-word-that-is-longer-than-the-line", "  ", 12)).toBe("  a-word-that-is-longer-than-the-line");
	expect(wrapped("one two three four", "  ", undefined)).toBe("  one two three four");
});
