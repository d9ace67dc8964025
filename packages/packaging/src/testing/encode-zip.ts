import { crc32, deflateRawSync } from "node:zlib";

/** An entry; what is not given follows from its content. `local` is what stands before the content, where that differs. */
export interface ZipSpec {
	readonly name: string | Uint8Array;
	readonly content?: string | Uint8Array;
	readonly deflate?: boolean;
	/** Its sizes stand after its content. */
	readonly descriptor?: boolean;
	readonly flags?: number;
	readonly method?: number;
	readonly crc32?: number;
	readonly bytes?: number;
	readonly compressedBytes?: number;
	/** In place of what the content packs to. */
	readonly packed?: Uint8Array;
	/** UNIX. */
	readonly mode?: number;
	readonly local?: Partial<Pick<ZipSpec, "name" | "flags" | "method" | "crc32" | "bytes" | "compressedBytes">>;
	/** Sizes in a zip64 extra field, in both headers. */
	readonly wide?: boolean;
	readonly extra?: Uint8Array;
	/** Left out of the directory. */
	readonly unlisted?: boolean;
	/** In place of where its local header stands. */
	readonly localOffset?: number;
}

export interface ZipEncoding {
	readonly leading?: Uint8Array;
	readonly trailing?: Uint8Array;
	readonly comment?: Uint8Array;
	/** A zip64 end record and its locator too, as PyTorch writes them. */
	readonly wide?: boolean;
	/** In place of the number of entries. */
	readonly entries?: number;
}

export function encodeZip(specs: readonly ZipSpec[], options: ZipEncoding = {}): Buffer {
	const parts: Buffer[] = [];
	const central: Buffer[] = [];
	let offset = 0;
	for (const spec of specs) {
		const packed = packedOf(spec);
		const local = Buffer.concat([encodeLocalHeader(spec), packed, spec.descriptor ? descriptor(spec) : Buffer.alloc(0)]);
		parts.push(local);
		if (spec.unlisted !== true) central.push(encodeCentralHeader(spec, spec.localOffset ?? offset));
		offset += local.length;
	}
	return assembleZip(Buffer.concat(parts), central, options);
}

/** Entries as they are, then the directory and its end. */
export function assembleZip(entries: Uint8Array, central: readonly Uint8Array[], options: ZipEncoding = {}): Buffer {
	const directory = Buffer.concat(central);
	const count = options.entries ?? central.length;
	const comment = options.comment ?? Buffer.alloc(0);
	const end = numbers(
		[0x0605_4b50, 4],
		[0, 2],
		[0, 2],
		[Math.min(count, 0xffff), 2],
		[Math.min(count, 0xffff), 2],
		[directory.length, 4],
		[entries.length, 4],
		[comment.length, 2],
	);
	const wide = options.wide === true ? wideEnd(count, directory.length, entries.length) : Buffer.alloc(0);
	return Buffer.concat([
		options.leading ?? Buffer.alloc(0),
		entries,
		directory,
		wide,
		end,
		comment,
		options.trailing ?? Buffer.alloc(0),
	]);
}

export function encodeLocalHeader(spec: ZipSpec): Buffer {
	const known = spec.descriptor ? { crc32: 0, bytes: 0, compressedBytes: 0 } : {};
	return header({ ...spec, ...known, ...spec.local }, spec, undefined);
}

export function encodeCentralHeader(spec: ZipSpec, localOffset: number): Buffer {
	return header(spec, spec, localOffset);
}

function header(said: ZipSpec, spec: ZipSpec, localOffset: number | undefined): Buffer {
	const name = Buffer.from(said.name as Uint8Array);
	const content = contentOf(spec);
	const bytes = said.bytes ?? content.length;
	const compressed = said.compressedBytes ?? packedOf(spec).length;
	const wide = spec.wide === true ? numbers([1, 2], [16, 2], [bytes, 8], [compressed, 8]) : Buffer.alloc(0);
	const extra = Buffer.concat([wide, spec.extra ?? Buffer.alloc(0)]);
	const sizes: [number, number][] =
		spec.wide === true
			? [
					[0xffff_ffff, 4],
					[0xffff_ffff, 4],
				]
			: [
					[compressed, 4],
					[bytes, 4],
				];
	const common: [number, number][] = [
		[said.flags ?? 0x800 | (spec.descriptor ? 8 : 0), 2],
		[said.method ?? (spec.deflate ? 8 : 0), 2],
		[0, 2],
		[0x21, 2],
		[said.crc32 ?? crc32(content), 4],
		...sizes,
		[name.length, 2],
		[extra.length, 2],
	];
	const fixed =
		localOffset === undefined
			? numbers([0x0403_4b50, 4], [20, 2], ...common)
			: numbers(
					[0x0201_4b50, 4],
					[0x0314, 2],
					[20, 2],
					...common,
					[0, 2],
					[0, 2],
					[0, 2],
					[0, 2],
					[said.mode ?? 0, 2],
					[localOffset, 4],
				);
	return Buffer.concat([fixed, name, extra]);
}

function descriptor(spec: ZipSpec): Buffer {
	const content = contentOf(spec);
	return numbers([0x0807_4b50, 4], [crc32(content), 4], [packedOf(spec).length, 4], [content.length, 4]);
}

function wideEnd(count: number, directoryBytes: number, directoryOffset: number): Buffer {
	const record = numbers(
		[0x0606_4b50, 4],
		[44, 8],
		[45, 2],
		[45, 2],
		[0, 4],
		[0, 4],
		[count, 8],
		[count, 8],
		[directoryBytes, 8],
		[directoryOffset, 8],
	);
	return Buffer.concat([record, numbers([0x0706_4b50, 4], [0, 4], [directoryOffset + directoryBytes, 8], [1, 4])]);
}

function packedOf(spec: ZipSpec): Uint8Array {
	return spec.packed ?? (spec.deflate ? deflateRawSync(contentOf(spec)) : contentOf(spec));
}

function contentOf({ content = "" }: ZipSpec): Buffer {
	return Buffer.from(content as Uint8Array);
}

/** Little-endian numbers, each with its width in bytes. */
function numbers(...values: readonly (readonly [value: number, bytes: number])[]): Buffer {
	return Buffer.concat(
		values.map(([value, bytes]) => {
			const part = Buffer.alloc(8);
			part.writeBigUInt64LE(BigInt(value));
			return part.subarray(0, bytes);
		}),
	);
}
