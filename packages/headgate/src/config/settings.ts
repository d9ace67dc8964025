import { HeadgateError } from "@headgate/protocol";

/** One setting: the flag, the variable that may stand for it, what it means and what it is when nobody says. */
export interface SettingRow {
	readonly flag: string;
	readonly variable: string;
	readonly meaning: string;
	readonly fallback: string;
	/** Whole numbers only, both ends included. */
	readonly range?: readonly [low: number, high: number];
}

/** Flags, variables, `--help` and docs/reference/command-line.md all come from this table. */
export const SETTINGS = {
	data: {
		flag: "--data <folder>",
		variable: "HEADGATE_DATA",
		meaning: "where journal, evidence and packages lie",
		fallback: ".headgate",
	},
	controlPort: {
		flag: "--control-port <port>",
		variable: "HEADGATE_CONTROL_PORT",
		meaning: "port of the control API",
		fallback: "7700",
		range: [1, 65_535],
	},
	gatewayPort: {
		flag: "--gateway-port <port>",
		variable: "HEADGATE_GATEWAY_PORT",
		meaning: "port of the gateway",
		fallback: "7701",
		range: [1, 65_535],
	},
	gateways: {
		flag: "--gateways <count>",
		variable: "HEADGATE_GATEWAYS",
		meaning: "gateway processes that share the port",
		fallback: "2",
		range: [1, 64],
	},
} as const satisfies Record<string, SettingRow>;

export type SettingName = keyof typeof SETTINGS;

/** The value of a setting: the flag, else the variable, else the default. Environment is read nowhere else. */
export function textSetting(name: SettingName, flags: Readonly<Record<string, unknown>>, environment = process.env): string {
	const row = SETTINGS[name];
	const value = flags[name];
	return typeof value === "string" ? value : (environment[row.variable] ?? row.fallback);
}

/** A whole number within the row's range. Throws `setting.invalid`, naming the flag. */
export function numberSetting(
	name: "controlPort" | "gatewayPort" | "gateways",
	flags: Readonly<Record<string, unknown>>,
	environment = process.env,
): number {
	const row = SETTINGS[name];
	const text = textSetting(name, flags, environment);
	const value = Number(text);
	const [low, high] = row.range;
	if (/^\d+$/.test(text) && value >= low && value <= high) return value;
	const message = `${row.flag.split(" ")[0]} is "${text}", expected a whole number from ${low} to ${high}`;
	throw new HeadgateError("setting.invalid", message, { path: row.flag.split(" ")[0]! });
}
