/** An .npy file: magic, version 1.0, the header as numpy writes it, the content. */
export function npy(descr: string, shape: readonly number[], content: Uint8Array, header?: string): Buffer {
	const dims = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
	const text = header ?? `{'descr': ${descr}, 'fortran_order': False, 'shape': (${dims}), }`;
	const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
	const length = Buffer.alloc(2);
	length.writeUInt16LE(padded.length);
	return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(padded, "latin1"), content]);
}
