const BLOCK_BYTES = 512;

/** An entry of a tar archive; what is not given follows from its content. */
export interface TarSpec {
	readonly name: string;
	readonly content?: string | Uint8Array;
	/** `0` file, `5` folder, `1` hard link, `2` symbolic link, ... */
	readonly type?: string;
	readonly linkName?: string;
	/** In place of the content's. */
	readonly bytes?: number;
	/** Written as a binary number, as GNU tar does above 8 GiB. */
	readonly binarySize?: boolean;
	/** The first 155 characters of a long name. */
	readonly prefix?: string;
	/** `ustar\0` unless given. */
	readonly magic?: string;
	readonly checksum?: number;
	/** A pax header before it. */
	readonly pax?: Readonly<Record<string, string>>;
	/** GNU's long name before it. */
	readonly longName?: string;
}

/** Entries and the end mark of two blocks of zeros. */
export function encodeTar(specs: readonly TarSpec[], trailing: Uint8Array = Buffer.alloc(0)): Buffer {
	return Buffer.concat([...specs.map(encodeTarEntry), Buffer.alloc(2 * BLOCK_BYTES), trailing]);
}

/** An entry with the headers before it and its content, filled up to whole blocks. */
export function encodeTarEntry(spec: TarSpec): Buffer {
	const pax = Object.entries(spec.pax ?? {}).map(([key, value]) => paxRecord(key, value));
	return Buffer.concat([
		...(spec.pax === undefined ? [] : [blocks({ name: "pax", type: "x", content: Buffer.concat(pax) })]),
		...(spec.longName === undefined ? [] : [blocks({ name: "././@LongLink", type: "L", content: `${spec.longName}\0` })]),
		blocks(spec),
	]);
}

/** Its length counts the digits of the length too. */
export function paxRecord(key: string, value: string): Buffer {
	const rest = Buffer.byteLength(` ${key}=${value}\n`);
	let length = rest;
	while (String(length).length + rest !== length) length = String(length).length + rest;
	return Buffer.from(`${length} ${key}=${value}\n`);
}

function blocks(spec: TarSpec): Buffer {
	const content = Buffer.from((spec.content ?? "") as Uint8Array);
	const padding = Buffer.alloc(-content.length & (BLOCK_BYTES - 1));
	return Buffer.concat([header(spec, spec.bytes ?? content.length), content, padding]);
}

function header(spec: TarSpec, bytes: number): Buffer {
	const block = Buffer.alloc(BLOCK_BYTES);
	block.write(spec.name, 0, 100);
	block.write("0000644\0", 100);
	if (spec.binarySize === true) {
		block[124] = 0x80;
		block.writeBigUInt64BE(BigInt(bytes), 128);
	} else {
		block.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
	}
	block.write("00000000000\0", 136);
	block.write(spec.type ?? "0", 156);
	block.write(spec.linkName ?? "", 157, 100);
	block.write(spec.magic ?? "ustar\0", 257, "latin1");
	block.write("00", 263);
	block.write(spec.prefix ?? "", 345, 155);
	block.fill(" ", 148, 156);
	const sum = spec.checksum ?? block.reduce((total, byte) => total + byte, 0);
	block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
	return block;
}
