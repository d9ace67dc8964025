import type { MessageKind } from "../wire-reader.ts";
import {
	ATTRIBUTE,
	DIMENSION,
	ENTRY,
	FUNCTION,
	GRAPH,
	MODEL,
	NODE,
	OPSET,
	SHAPE,
	SPARSE,
	TENSOR,
	TENSOR_TYPE,
	TRAINING,
	TYPE,
	VALUE,
} from "./message-kinds.ts";

/** What a length-delimited field holds: a message, packed varints, or packed numbers of so many bytes. */
export type Content = MessageKind | "varints" | 4 | 8;

const plain = (name: string): MessageKind => ({ name, fields: {} });
const SEQUENCE = plain("sequence type");
const MAP = plain("map type");
const OPTIONAL = plain("optional type");
const ANNOTATION = plain("quantization annotation");
const DEVICES = plain("device configuration");
const SHARDING = plain("sharding");
const GROUP = plain("device group");
const SHARDED_DIM = plain("sharded dimension");

/**
 * Fields that the reader has no use for, and must look into all the same: a file that protobuf cannot parse is no model, wherever it
 * is broken. Source: onnx.proto of onnx 1.23.
 */
export const UNREAD: ReadonlyMap<MessageKind, Readonly<Record<number, Content>>> = new Map<MessageKind, Record<number, Content>>([
	[MODEL, { 14: ENTRY, 26: plain("device configuration") }],
	[GRAPH, { 13: VALUE, 14: ANNOTATION, 16: ENTRY }],
	[NODE, { 9: ENTRY, 10: DEVICES }],
	[ATTRIBUTE, { 7: 4, 8: "varints", 14: TYPE, 15: TYPE }],
	[TENSOR, { 3: plain("segment"), 4: 4, 5: "varints", 7: "varints", 10: 8, 11: "varints", 16: ENTRY }],
	[SPARSE, { 3: "varints" }],
	[VALUE, { 4: ENTRY }],
	[TYPE, { 4: SEQUENCE, 5: MAP, 7: plain("opaque type"), 8: TENSOR_TYPE, 9: OPTIONAL }],
	[FUNCTION, { 9: OPSET, 12: VALUE, 14: ENTRY }],
	[TRAINING, { 3: ENTRY, 4: ENTRY }],
	[SEQUENCE, { 1: TYPE }],
	[MAP, { 2: TYPE }],
	[OPTIONAL, { 1: TYPE }],
	[ANNOTATION, { 2: ENTRY }],
	[DEVICES, { 2: SHARDING }],
	[SHARDING, { 2: "varints", 3: GROUP, 4: SHARDED_DIM }],
	[GROUP, { 2: "varints" }],
	[SHARDED_DIM, { 2: plain("simple sharding") }],
]);

/** Fields that the reader enters itself, but nobody does inside a message that is only looked through. */
export const READ: ReadonlyMap<MessageKind, Readonly<Record<number, Content>>> = new Map<MessageKind, Record<number, Content>>([
	[VALUE, { 2: TYPE }],
	[TYPE, { 1: TENSOR_TYPE }],
	[TENSOR_TYPE, { 2: SHAPE }],
	[SHAPE, { 1: DIMENSION }],
]);
