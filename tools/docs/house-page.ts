import { pictureFolders, picturePackages, renderMermaid } from "../house/picture.ts";
import { readHouse } from "../house/read-files.ts";

/** docs/house.md: the imports of the product's code as they are, tests left out. */
export function housePage(): string {
	const files = readHouse();
	return [
		"<!-- Made from the imports in packages/*/src. Run `npm run docs` after a change. -->",
		"# The house",
		"",
		"Who imports whom, read from the code itself; tests are left out. Every arrow points down: `npm run house` refuses any other, by the",
		"table in tools/house/house-table.ts, and says where the code wants to go. An arrow is not drawn where a longer way of arrows says",
		"the same; `npm run house -- --picture house.svg` draws them all.",
		"",
		"## Packages",
		"",
		"```mermaid",
		renderMermaid(picturePackages(files)),
		"```",
		"",
		"## Inside core",
		"",
		"```mermaid",
		renderMermaid(pictureFolders(files, "core")),
		"```",
		"",
	].join("\n");
}
