import { type ControlContext, createControlApp } from "@headgate/control";
import { table } from "./markdown-table.ts";

interface Schema {
	readonly $ref?: string;
	readonly type?: string | readonly string[];
	readonly enum?: readonly string[];
	readonly anyOf?: readonly Schema[];
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly items?: Schema;
}

interface Body {
	readonly description?: string;
	readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
	readonly summary: string;
	readonly requestBody?: Body;
	readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
	readonly responses: Readonly<Record<string, Body>>;
}

interface Document {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** docs/reference/control-api.md, made from the same OpenAPI document that the control process serves. */
export function controlApiReference(): string {
	const { paths, components } = readDocument();
	const operations = Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]) => renderOperation(method, path, operation)),
	);
	const schemas = Object.entries(components.schemas).filter(([name]) => name !== "Error");
	return [
		"<!-- Made from the routes in packages/control/src. Change them there, then run `npm run docs`. -->",
		"# The control API",
		"",
		"At `:7700`, on loopback only, always with a key: `Authorization: Bearer KEY`. `headgate up` leaves the first key in",
		"`admin.key` in the data folder. The OpenAPI document itself is at `/api/v1/openapi.json`. An error is",
		'`{"error": {"code", "message", "hint", "path"}}` with the status that [errors](errors.md) names for its code.',
		"",
		...operations.flat(),
		"## Answers",
		"",
		"`?` marks what may be absent, `null` what may be null.",
		...schemas.flatMap(([name, schema]) => ["", `### ${name}`, "", ...renderProperties(schema)]),
		"",
	].join("\n");
}

/** The app is made without an installation behind it: it is asked for its description only. */
function readDocument(): Document {
	const app = createControlApp({ packages: {} } as ControlContext, "");
	return app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "Headgate control", version: "1" } }) as unknown as Document;
}

function renderOperation(method: string, path: string, operation: Operation): string[] {
	const query = (operation.parameters ?? []).filter((parameter) => parameter.in === "query").map(({ name }) => `\`${name}\``);
	const body = schemaOf(operation.requestBody);
	const answer = operation.responses["200"];
	const schema = schemaOf(answer);
	return [
		`## ${method.toUpperCase()} ${path}`,
		"",
		`${operation.summary}.`,
		"",
		...(query.length === 0 ? [] : [`Query: ${query.join(", ")}.`, ""]),
		...(body === undefined ? [] : [`Body: \`${renderSchema(body)}\`.`, ""]),
		`Answers ${answer?.description ?? ""}${schema === undefined || schema.type === "string" ? "" : `: \`${renderSchema(schema)}\``}.`,
		"",
	];
}

function schemaOf(body: Body | undefined): Schema | undefined {
	return Object.values(body?.content ?? {})[0]?.schema;
}

function renderProperties({ properties = {}, required = [] }: Schema): string[] {
	const rows = Object.entries(properties).map(([name, schema]) => [
		`\`${name}${required.includes(name) ? "" : "?"}\``,
		`\`${renderSchema(schema)}\``,
	]);
	return table(["field", "type"], rows);
}

/** A schema in the notation of TypeScript, on one line. */
function renderSchema(schema: Schema): string {
	if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1)!;
	if (schema.enum !== undefined) return schema.enum.map((word) => `"${word}"`).join(" | ");
	if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(renderSchema))].join(" | ");
	const types = [schema.type ?? "any"].flat();
	return types.map((type) => renderType(type, schema)).join(" | ");
}

function renderType(type: string, schema: Schema): string {
	if (type === "array") {
		const { items = {} } = schema;
		return items.anyOf === undefined ? `${renderSchema(items)}[]` : `(${renderSchema(items)})[]`;
	}
	if (type !== "object" || schema.properties === undefined) return type;
	const fields = Object.entries(schema.properties).map(
		([name, field]) => `${name}${schema.required?.includes(name) === true ? "" : "?"}: ${renderSchema(field)}`,
	);
	return `{ ${fields.join(", ")} }`;
}
