/** One tensor of a fixture. `data` fill the shape unless the fixture is to be wrong. */
export interface SafetensorsSpec {
	readonly name: string;
	/** F32 unless given. */
	readonly dtype?: string;
	readonly shape: readonly number[];
	readonly data: Uint8Array;
	/** Written instead of the true offsets. */
	readonly offsets?: readonly [number, number];
}

/** A safetensors file of these tensors, one after the other. */
export function encodeSafetensors(tensors: readonly SafetensorsSpec[], metadata?: Readonly<Record<string, string>>): Uint8Array {
	let at = 0;
	const entries = tensors.map(({ name, dtype = "F32", shape, data, offsets }) => {
		const begin = at;
		at += data.length;
		return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets ?? [begin, at] })}`;
	});
	if (metadata !== undefined) entries.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
	return withHeader(`{${entries.join(",")}}`, ...tensors.map(({ data }) => data));
}

/** A file with this header, filled up to 8 bytes as writers do, and these data. */
export function withHeader(header: string, ...data: readonly Uint8Array[]): Uint8Array {
	const text = Buffer.from(header);
	const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
	return Buffer.concat([headerLength(padded.length), padded, ...data]);
}

export function headerLength(bytes: number | bigint): Uint8Array {
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(bytes));
	return length;
}
