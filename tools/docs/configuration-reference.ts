import { SETTINGS, type SettingRow } from "headgate/settings";
import { table } from "./markdown-table.ts";

/** docs/reference/configuration.md, made from the table of settings. */
export function configurationReference(): string {
	const rows: readonly SettingRow[] = Object.values(SETTINGS);
	return [
		"<!-- Made from packages/headgate/src/config/settings.ts. Change it there, then run `npm run docs`. -->",
		"# Configuration",
		"",
		"Headgate has few settings of its own: what a model needs is in its [model.yaml](manifest.md), what an endpoint promises is in its",
		"[endpoint.yaml](endpoint.md), and how a version gets there is in its [plan](plan-language.md). A flag wins over its variable, the variable over",
		"the default. What is out of range is refused with `setting.invalid`, naming the flag.",
		"",
		...table(["flag", "variable", "what it is", "default", "range"], rows.map(renderRow)),
		"",
	].join("\n");
}

function renderRow({ flag, variable, meaning, fallback, range }: SettingRow): string[] {
	return [`\`${flag}\``, `\`${variable}\``, meaning, `\`${fallback}\``, range === undefined ? "" : `${range[0]} to ${range[1]}`];
}
