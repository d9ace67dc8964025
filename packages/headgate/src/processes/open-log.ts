import pino, { type Logger } from "pino";

/** What is kept of lines that cannot be written yet, in characters; beyond it lines are dropped. */
const MOST_WAITING = 1_048_576;

/** A process's log: JSON lines appended to a file, without waiting for the disk. */
export function openLog(name: string, file: string): Logger {
	const destination = pino.destination({ dest: file, sync: false, mkdir: true, maxLength: MOST_WAITING });
	// A disk that is full loses lines of the log; without a listener it would end the process, and with it every prediction.
	destination.on("error", () => undefined);
	return pino({ name }, destination);
}
