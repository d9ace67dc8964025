/** What the processes of one installation tell the supervisor, over IPC. */
export type ProcessMessage =
	| { readonly type: "alive" }
	| { readonly type: "listening"; readonly url: string }
	| { readonly type: "warning"; readonly message: string; readonly hint: string }
	| {
			readonly type: "fatal";
			readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly path?: string };
	  };

/** Control and gateways listen on loopback only until callers of the gateway have keys. */
export const LOOPBACK = "127.0.0.1";

export function report(message: ProcessMessage): void {
	process.send?.(message, undefined, undefined, () => undefined);
}

export interface ProcessEnvironment {
	readonly data: string;
	readonly controlPort: number;
	readonly gatewayPort: number;
	readonly busToken: string;
	readonly gatewayId: string;
}

const VARIABLE = "HEADGATE_PROCESS";

/** The supervisor hands each process its settings in one variable, compiled and complete. */
export function writeEnvironment(settings: ProcessEnvironment): NodeJS.ProcessEnv {
	return { ...process.env, [VARIABLE]: JSON.stringify(settings) };
}

export function readEnvironment(): ProcessEnvironment {
	const text = process.env[VARIABLE];
	if (text === undefined) throw new Error("this process is started by `headgate up`");
	delete process.env[VARIABLE];
	return JSON.parse(text) as ProcessEnvironment;
}
