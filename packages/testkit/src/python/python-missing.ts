import { execFileSync } from "node:child_process";

/** Why tests cannot have a Python with packages here; empty when they can. `describe.skipIf(PYTHON_MISSING)` leaves them out. */
export const PYTHON_MISSING: string = missing();

function missing(): string {
	try {
		execFileSync("python3", ["-c", "import venv, ensurepip, pip"], { stdio: "ignore" });
		return "";
	} catch {
		const reason = "python3 with venv and pip is needed: apt-get install python3 python3-venv python3-pip";
		console.warn(`tests are skipped: ${reason}`);
		return reason;
	}
}
