/** One part of the house: what its code may import of ours, and where code wants to go that needs more. */
export interface HouseRow {
	/** Imports point from a higher level to a lower one, never sideways or up. */
	readonly level: number;
	readonly mayImport: readonly string[];
	/** Said to whoever imports something else. */
	readonly advice: string;
	/** Pure: no package from outside, no Node, no clock and no chance. */
	readonly pure?: true;
}

/** DESIGN of the house in one table: packages by folder name, then the other folders with code. */
export const HOUSE: Readonly<Record<string, HouseRow>> = {
	core: {
		level: 0,
		mayImport: [],
		pure: true,
		advice: "core decides on plain data: let its caller pass in what it needs, or move this code up to the package that has it",
	},
	protocol: {
		level: 0,
		mayImport: [],
		advice: "protocol only says what crosses a wire or a disk: a decision belongs in core, an action in the package that acts",
	},
	packaging: {
		level: 1,
		mayImport: ["core", "protocol"],
		advice: "packaging reads and checks model packages: what runs a model belongs in runtime, what ships one in control",
	},
	runtime: {
		level: 1,
		mayImport: ["core", "protocol"],
		advice: "runtime loads and runs one model: what it serves and to whom belongs in gateway, what a package is in packaging",
	},
	telemetry: {
		level: 1,
		mayImport: ["core", "protocol"],
		advice: "telemetry records what happened: judging it belongs in core, acting on it in control",
	},
	control: {
		level: 1,
		mayImport: ["core", "protocol"],
		advice: "control owns its ports: declare what it needs as a port there, implement it in adapters, and choose it in headgate",
	},
	client: {
		level: 1,
		mayImport: ["protocol"],
		advice: "the client runs inside applications: it knows the wire (protocol) and nothing of how Headgate works",
	},
	gateway: {
		level: 2,
		mayImport: ["core", "protocol", "runtime"],
		advice: "the gateway answers requests: let control tell it over the bus (protocol), and reach outside things through a port",
	},
	web: {
		level: 2,
		mayImport: ["client"],
		advice: "the dashboard sees what every client sees: add it to the control API and to client",
	},
	adapters: {
		level: 3,
		mayImport: ["core", "protocol", "control", "gateway", "telemetry"],
		advice: "an adapter implements a port and knows one outside thing: what it lacks belongs in the port, declared by its owner",
	},
	headgate: {
		level: 4,
		mayImport: ["core", "protocol", "packaging", "runtime", "telemetry", "gateway", "control", "client", "adapters"],
		advice: "headgate wires processes together: what only tests need belongs in testkit, and no product code imports that",
	},
	testkit: {
		level: 4,
		mayImport: ["core", "protocol", "packaging", "runtime", "telemetry", "gateway", "control", "client", "adapters"],
		advice: "testkit serves the tests of every package: wiring that it shares with the command belongs in the package wired",
	},
	tools: {
		level: 5,
		mayImport: ["core", "protocol", "packaging", "control", "gateway", "headgate"],
		advice: "tools check and describe the repository: what acts at run time belongs in a package",
	},
	bench: {
		level: 5,
		mayImport: ["core", "protocol", "packaging", "runtime", "telemetry", "gateway", "control", "adapters", "headgate", "testkit"],
		advice: "a bench measures what the packages export: export it there",
	},
};

/** What tests (and their fixtures) may import beyond the row of their folder. */
export const TESTS_MAY_IMPORT: readonly string[] = ["testkit", "adapters"];

/** Said instead of the row's advice when the import is of this part. */
export const ADVICE_ON: Readonly<Record<string, string>> = {
	adapters:
		"adapters are chosen only in headgate: depend on the port in control or gateway, and let headgate pass the adapter in",
	headgate: "nothing imports the command: move what is shared down into the package whose noun it is",
	testkit: "testkit is for tests: what product code needs belongs in the package whose noun it is",
};

/** Files with a narrower rule, which holds for every file they reach by relative imports too. */
export const FILE_RULES: readonly { readonly file: RegExp; readonly mayImport: readonly string[]; readonly advice: string }[] = [
	{
		file: /^packages\/headgate\/src\/(.*\/)?replay-process\.ts$/,
		mayImport: ["core", "protocol"],
		advice:
			"a replay proves that evidence alone leads to the decision, so its process has core, protocol and Node only: read the files here",
	},
];

/** What core may not touch, and what to pass in instead. Keys: `object.property`, `.method`, `new Name`, or a global. */
export const NOT_IN_CORE: Readonly<Record<string, string>> = {
	"Date.now": "take the instant as an argument (`nowMs: number`): the caller has a clock, and a replay has the time of the event",
	"new Date": "take milliseconds as an argument and calculate with numbers: a Date depends on the clock and the time zone here",
	"Math.random": "take a uniform number as an argument (`u` in [0, 1)): the caller draws or hashes it, and a replay repeats it",
	performance: "take measured durations as arguments (`durationMs`): measuring belongs to whoever runs the thing",
	process: "take settings and limits as arguments: they are read once, in headgate",
	globalThis: "take what you need as an argument: core knows plain data only",
	setTimeout: "return the instant at which to look again: waiting belongs to the loop in control",
	setInterval: "return the instant at which to look again: waiting belongs to the loop in control",
	console: "return what there is to say: showing it belongs to headgate",
	fetch: "take the answer as an argument: asking belongs to an adapter",
	crypto: "take the hash or the random number as an argument: core only calculates with it",
	".localeCompare": "compare with < and >: the order of a locale differs from machine to machine, and a replay must not",
	".toLocaleString": "format numbers by hand: the form of a locale differs from machine to machine, and a replay must not",
};
