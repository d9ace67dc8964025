import type {
	Applied,
	Hello,
	HelloReply,
	OutcomesMessage,
	OutcomesReply,
	TableLine,
	WindowsMessage,
	WindowsReply,
} from "@headgate/protocol";
import type { RuntimeManifest } from "@headgate/runtime";

/** The way to the control process. Adapters bound every call in time; a call that rejects is made again later. */
export interface Bus {
	hello(message: Hello): Promise<HelloReply>;
	windows(message: WindowsMessage): Promise<WindowsReply>;
	applied(message: Applied): Promise<void>;
	/** Resolves once control has them on disk. */
	outcomes(message: OutcomesMessage): Promise<OutcomesReply>;
	/** Calls `onLine` for each line until the stream ends: then it resolves or rejects. */
	tables(gateway: string, boot: string, onLine: (line: TableLine) => void, signal: AbortSignal): Promise<void>;
}

/** Where sealed packages lie. */
export interface Packages {
	open(packageDigest: string): Promise<{ readonly dir: string; readonly manifest: RuntimeManifest }>;
}

export interface Clock {
	/** Wall clock, milliseconds since the epoch. */
	now(): number;
	/** Never goes back; milliseconds since any moment. The same clock as `performance.now()`. */
	monotonicMs(): number;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

/** The part of a pino logger that is used. */
export interface Log {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}
