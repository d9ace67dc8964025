import { createProgram } from "headgate/program";
import { table } from "./markdown-table.ts";

type Command = ReturnType<typeof createProgram>;
type Argument = Command["registeredArguments"][number];
type Option = Command["options"][number];

/** docs/reference/command-line.md, made from the command tree itself. */
export function commandLineReference(): string {
	const program = createProgram();
	return [
		"<!-- Made from packages/headgate/src/commands. Change it there, then run `npm run docs`. -->",
		"# The command",
		"",
		program.description(),
		"",
		"`./headgate` in the repository, `npx headgate`, or the bare command. It exits with `0` when it is done or the answer is yes, `1`",
		"when it worked and the answer is no, `2` when what was given is wrong, `3` when it could not be done; [errors](errors.md) lists",
		'what can go wrong. With `--json`, stdout is one JSON document, also for errors (`{"error": {code, message, hint, path}}`); commands',
		'that take long write a line of JSON for each thing that happens and last a line with `"type": "result"`. Progress is shown on a',
		"terminal only.",
		"",
		"For every command, before or after its name:",
		"",
		...renderOptions(program.options),
		...program.commands.flatMap((command) => renderCommand(command, "headgate")),
		"",
	].join("\n");
}

function renderCommand(command: Command, parent: string): string[] {
	const name = `${parent} ${command.name()}`;
	const { commands } = command;
	if (commands.length > 0) {
		const lines = ["", `## ${name}`, "", sentence(command.description())];
		return [...lines, ...commands.flatMap((child) => renderCommand(child, name))];
	}
	const heading = parent === "headgate" ? "##" : "###";
	return [
		"",
		`${heading} ${name}`,
		"",
		`\`${[name, ...command.registeredArguments.map(renderArgument), ...command.options.filter(isNeeded).map(({ flags }) => flags)].join(" ")}\``,
		"",
		sentence(command.description()),
		...renderArguments(command.registeredArguments),
		...(command.options.length === 0 ? [] : ["", ...renderOptions(command.options)]),
	];
}

function renderArguments(given: readonly Argument[]): string[] {
	if (given.length === 0) return [];
	return [
		"",
		...table(
			["argument", "what it is"],
			given.map((one) => [`\`${renderArgument(one)}\``, one.description]),
		),
	];
}

function renderOptions(options: readonly Option[]): string[] {
	return table(
		["option", "what it does"],
		options.map((one) => [`\`${one.flags}\``, `${one.description}${renderDefault(one)}`]),
	);
}

function renderDefault({ defaultValue, description }: Option): string {
	const said = defaultValue === undefined || defaultValue === "" || description.includes("(default");
	return said ? "" : ` (default ${String(defaultValue)})`;
}

function renderArgument(argument: Argument): string {
	return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function isNeeded(option: Option): boolean {
	return option.mandatory;
}

/** Descriptions are written for `--help`: without a capital and a full stop. */
function sentence(text: string): string {
	return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
