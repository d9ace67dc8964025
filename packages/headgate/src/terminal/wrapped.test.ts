import { expect, it } from "vitest";
import { fitted, wrapped } from "./wrapped.ts";

it("fits paragraphs to the terminal and leaves them whole in a pipe", () => {
	expect(wrapped("one two three four", "  ", 12)).toBe("  one two\n    three\n    four");
	expect(wrapped("a-word-that-is-longer-than-the-line", "  ", 12)).toBe("  a-word-that-is-longer-than-the-line");
	expect(wrapped("one two three four", "  ", undefined)).toBe("  one two three four");
});

it("breaks what is too long for the terminal at spaces, and nothing else", () => {
	expect(fitted("  short\n  one two three four", 12)).toBe("  short\n  one two\n    three\n    four");
	expect(fitted("name    0.1.0  champion", 16)).toBe("name    0.1.0\n  champion");
	expect(fitted("\u001b[31mone two\u001b[0m three", 13)).toBe("\u001b[31mone two\u001b[0m three");
	expect(fitted("one two three four", undefined)).toBe("one two three four");
});
