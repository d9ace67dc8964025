import { isDeepStrictEqual } from "node:util";
import { isSchemaObject, type SchemaObject } from "../checks/schema/schema-keywords.ts";
import { type Bump, narrowed, type SchemaChange, type Side, shown, widened } from "./change.ts";

/** Tensor types whose values all fit into the new type (ONNX Versioning.md). */
const WIDER = new Set(["FP16 FP32", "INT32 INT64"]);

/** Differences of what two properties are on the tensor protocols. Without `x-tensor` the JSON type tells, as in the gateway. */
export function compareTensors(before: SchemaObject, after: SchemaObject, side: Side, path: string): SchemaChange[] {
	const [was, is] = [before["x-tensor"], after["x-tensor"]];
	if (isDeepStrictEqual(was, is)) return [];
	const changes: SchemaChange[] = [];
	const add = (what: string, bump: Bump): void => void changes.push({ path, what, bump });
	const [oldType, newType] = [datatypeOf(before), datatypeOf(after)];
	if (oldType !== newType) {
		const widening = side === "input" && WIDER.has(`${oldType} ${newType}`);
		add(`tensor type ${oldType} -> ${newType}`, widening ? "minor" : "major");
	}
	const [old, next] = [shapeOf(was), shapeOf(is)];
	if (isDeepStrictEqual(old, next)) return changes;
	const what = `tensor shape ${shown(old)} -> ${shown(next)}`;
	if (old === undefined) add(what, narrowed(side));
	else if (next === undefined) add(what, widened(side));
	else if (old.length !== next.length)
		add(`tensor rank ${old.length} -> ${next.length} (${shown(old)} -> ${shown(next)})`, "major");
	else if (old.some((dim, index) => dim !== next[index] && dim !== -1 && next[index] !== -1)) add(what, "major");
	else {
		const freed = next.some((dim, index) => dim === -1 && old[index] !== -1);
		const fixed = next.some((dim, index) => dim !== -1 && old[index] === -1);
		add(what, freed && fixed ? "major" : freed ? widened(side) : narrowed(side));
	}
	return changes;
}

function datatypeOf(schema: SchemaObject): string {
	const tensor = schema["x-tensor"];
	if (isSchemaObject(tensor) && typeof tensor["datatype"] === "string") return tensor["datatype"];
	const types = [schema["type"]].flat();
	if (types.includes("array") && isSchemaObject(schema["items"])) return datatypeOf(schema["items"]);
	if (types.includes("number")) return "FP64";
	if (types.includes("integer")) return "INT64";
	return types.includes("boolean") ? "BOOL" : "BYTES";
}

function shapeOf(tensor: unknown): readonly number[] | undefined {
	return isSchemaObject(tensor) && Array.isArray(tensor["shape"]) ? (tensor["shape"] as number[]) : undefined;
}
