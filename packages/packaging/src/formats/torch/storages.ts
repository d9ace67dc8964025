import { type GlobalValue, kindOf, type TupleValue, type Value } from "../pickle/pickle-value.ts";

/** A storage that a pickle of torch refers to: its bytes lie beside the pickle. */
export interface TorchStorage {
	readonly key: string;
	readonly items: number;
	readonly itemBytes: number;
	/** Of the reference in the pickle. */
	readonly offset: number;
}

const ITEM_BYTES: Readonly<Record<string, number>> = {
	"torch.BFloat16Storage": 2,
	"torch.BoolStorage": 1,
	"torch.ByteStorage": 1,
	"torch.CharStorage": 1,
	"torch.ComplexDoubleStorage": 16,
	"torch.ComplexFloatStorage": 8,
	"torch.DoubleStorage": 8,
	"torch.FloatStorage": 4,
	"torch.HalfStorage": 2,
	"torch.IntStorage": 4,
	"torch.LongStorage": 8,
	"torch.QInt32Storage": 4,
	"torch.QInt8Storage": 1,
	"torch.QUInt2x4Storage": 1,
	"torch.QUInt4x2Storage": 1,
	"torch.QUInt8Storage": 1,
	"torch.ShortStorage": 2,
	"torch.storage.UntypedStorage": 1,
};

/** What a persistent id of torch refers to: ("storage", type, key, location, number of items); undefined for anything else. */
export function storageOf(id: Value, offset: number): TorchStorage | undefined {
	const items = kindOf(id) === "tuple" ? (id as TupleValue).items : null;
	if (items === null || items.length < 5 || items.length > 6 || items[0] !== "storage") return undefined;
	const [, type, key, , count] = items;
	if (kindOf(type) !== "global" || typeof key !== "string" || typeof count !== "number" || count < 0) return undefined;
	const { module, name } = type as GlobalValue;
	const itemBytes = ITEM_BYTES[`${module}.${name}`];
	return itemBytes === undefined ? undefined : { key, items: count, itemBytes, offset };
}

/** Storages by key. Says which cannot be read, or is referred to with two sizes: one of both would read beyond its end. */
export class StorageTable {
	readonly byKey = new Map<string, TorchStorage>();
	readonly problems: { readonly offset: number; readonly message: string }[] = [];

	readonly take = (id: Value, offset: number): undefined => {
		const storage = storageOf(id, offset);
		if (storage === undefined) return this.#report(offset, "refers to something that is no storage of torch");
		const known = this.byKey.get(storage.key);
		if (known !== undefined && known.items * known.itemBytes !== storage.items * storage.itemBytes) {
			return this.#report(offset, `refers to storage ${storage.key.slice(0, 40)} with another size than before`);
		}
		this.byKey.set(storage.key, storage);
	};

	#report(offset: number, message: string): undefined {
		if (this.problems.length < 100) this.problems.push({ offset, message });
	}
}
