import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const file = new URL("open-log.ts", import.meta.url).href;
/** Every write to /dev/full fails as on a full disk. */
const SCRIPT = `
	import { openLog } from ${JSON.stringify(file)};
	const log = openLog("x", "/dev/full");
	log.info("lost");
	setTimeout(() => log.info("lost too"), 50);
	setTimeout(() => { console.log("alive"); process.exit(0); }, 100);
`;

it("a log on a full disk loses its lines, and the process goes on", () => {
	const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", SCRIPT], { encoding: "utf8", timeout: 20_000 });
	expect(stdout).toBe("alive\n");
});
