import { openSync, writeSync } from "node:fs";
import pino, { type Logger } from "pino";

/**
 * A process's log: JSON lines appended to a file. On a disk that is full its lines are lost and nothing else is: pino's own
 * destination ends the process then, or, when its error is heard, waits at the exit for room that does not come.
 */
export function openLog(name: string, file: string): Logger {
	const handle = openSync(file, "a", 0o600);
	const write = (line: string) => {
		try {
			writeSync(handle, line);
		} catch {
			// There is nowhere left to say so; what matters reaches the supervisor over IPC.
		}
	};
	return pino({ name }, { write });
}
