import { HeadgateError } from "@headgate/protocol";
import type { ReadAt } from "../../files/read-at.ts";
import { WireReader } from "../wire-reader.ts";
import { ATTRIBUTE, FUNCTION, GRAPH, MODEL, NODE, OPSET, TRAINING } from "./message-kinds.ts";
import type { OnnxGraph, OnnxModel, OnnxTensor, OnnxValue } from "./onnx-model.ts";
import { readSparse, readTensor } from "./read-tensor.ts";
import { readValue } from "./read-value.ts";
import { type Span, Walk } from "./walk.ts";

/**
 * Reads the structure of an ONNX file without its tensors' bytes, whatever the file's size.
 * Throws HeadgateError `weights.empty`, `weights.cut-off`, `onnx.malformed` or `onnx.limit`, with file and offset;
 * an aborted signal throws its reason.
 */
export async function readOnnx(source: ReadAt, name: string, signal?: AbortSignal): Promise<OnnxModel> {
	if (source.size === 0) throw new HeadgateError("weights.empty", `${name} is empty (0 bytes)`, { path: name });
	return new OnnxReader(new Walk(new WireReader(source, name, signal))).model();
}

class OnnxReader {
	readonly #walk: Walk;
	readonly #operators = new Map<string, { domain: string; type: string; count: number }>();
	readonly #tensors: OnnxTensor[] = [];
	readonly #functionDomains = new Set<string>();

	constructor(walk: Walk) {
		this.#walk = walk;
	}

	async model(): Promise<OnnxModel> {
		const walk = this.#walk;
		const opsets: { domain: string; version: number }[] = [];
		let irVersion: number | null = null;
		let producer = "";
		let graph: OnnxGraph | null = null;
		let trainingInfoCount = 0;
		await walk.fields({ start: 0, end: walk.reader.size }, MODEL, (field) => {
			switch (field.number) {
				case 1:
					irVersion = walk.integer(field, "ir_version");
					return;
				case 2:
					return walk.name(field, "producer name").then((text) => {
						producer = text;
					});
				case 7:
					return this.#graph(walk.enter(field, 0, "graph"), 0, true).then((read) => {
						graph = read;
					});
				case 8:
					walk.keep();
					return this.#opset(walk.enter(field, 0, "opset import")).then((opset) => void opsets.push(opset));
				case 20:
					trainingInfoCount++;
					return this.#training(walk.enter(field, 0, "training info"));
				case 25:
					return this.#function(walk.enter(field, 0, "function"));
				default:
					return;
			}
		});
		const operators = [...this.#operators.values()];
		const functionDomains = [...this.#functionDomains];
		return { irVersion, producer, opsets, graph, operators, functionDomains, tensors: this.#tensors, trainingInfoCount };
	}

	async #opset(span: Span): Promise<{ domain: string; version: number }> {
		let domain = "";
		let version = 0;
		await this.#walk.fields(span, OPSET, (field) => {
			if (field.number === 2) version = this.#walk.integer(field, "version");
			if (field.number === 1)
				return this.#walk.name(field, "domain").then((text) => {
					domain = text;
				});
			return;
		});
		return { domain, version };
	}

	async #graph(span: Span, depth: number, main: boolean): Promise<OnnxGraph> {
		const walk = this.#walk;
		const inputs: OnnxValue[] = [];
		const outputs: OnnxValue[] = [];
		let name = "";
		let nodeCount = 0;
		await walk.fields(span, GRAPH, (field) => {
			switch (field.number) {
				case 1:
					nodeCount++;
					return this.#node(walk.enter(field, depth, "node"), depth);
				case 2:
					return walk.name(field, "graph name").then((text) => {
						name = text;
					});
				case 5:
					return this.#tensor(walk.enter(field, depth, "initializer"), "initializer", main);
				case 11:
					return readValue(walk, walk.enter(field, depth, "input")).then((value) => void inputs.push(value));
				case 12:
					return readValue(walk, walk.enter(field, depth, "output")).then((value) => void outputs.push(value));
				case 15:
					return this.#sparse(walk.enter(field, depth, "sparse initializer"));
				default:
					return;
			}
		});
		return { name, nodeCount, inputs, outputs };
	}

	async #node(span: Span, depth: number): Promise<void> {
		let domain = "";
		let type = "";
		await this.#walk.fields(span, NODE, (field) => {
			if (field.number === 4)
				return this.#walk.name(field, "op_type").then((text) => {
					type = text;
				});
			if (field.number === 7)
				return this.#walk.name(field, "domain").then((text) => {
					domain = text;
				});
			if (field.number === 5) return this.#attribute(this.#walk.enter(field, depth, "attribute"), depth);
			return;
		});
		const key = `${domain}\n${type}`;
		const known = this.#operators.get(key);
		if (known !== undefined) known.count++;
		else {
			this.#walk.keep();
			this.#operators.set(key, { domain, type, count: 1 });
		}
	}

	async #attribute(span: Span, depth: number): Promise<void> {
		const walk = this.#walk;
		await walk.fields(span, ATTRIBUTE, (field) => {
			switch (field.number) {
				case 5:
				case 10:
					return this.#tensor(walk.enter(field, depth, "tensor"), "attribute", false);
				case 6:
				case 11:
					return this.#graph(walk.enter(field, depth + 1, "subgraph"), depth + 1, false).then(() => undefined);
				case 22:
				case 23:
					return this.#sparse(walk.enter(field, depth, "sparse tensor"));
				default:
					return;
			}
		});
	}

	async #function(span: Span): Promise<void> {
		await this.#walk.fields(span, FUNCTION, (field) => {
			if (field.number === 7) return this.#node(this.#walk.enter(field, 0, "node"), 0);
			if (field.number === 10) return this.#walk.name(field, "domain").then((text) => void this.#functionDomains.add(text));
			if (field.number === 11) return this.#attribute(this.#walk.enter(field, 0, "attribute"), 0);
			return;
		});
	}

	async #training(span: Span): Promise<void> {
		await this.#walk.fields(span, TRAINING, (field) => {
			if (field.number !== 1 && field.number !== 2) return;
			return this.#graph(this.#walk.enter(field, 1, "graph"), 1, false).then(() => undefined);
		});
	}

	async #tensor(span: Span, place: OnnxTensor["place"], main: boolean): Promise<void> {
		this.#tensors.push(await readTensor(this.#walk, span, place, main));
	}

	async #sparse(span: Span): Promise<void> {
		this.#tensors.push(...(await readSparse(this.#walk, span)));
	}
}
