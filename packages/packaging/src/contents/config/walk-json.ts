/** A value inside a JSON document. */
export interface JsonPlace {
	/** Such as `vision_config.auto_map.AutoModel` or `[0].type`. */
	readonly path: string;
	/** The key or index under which it stands; empty for the whole. */
	readonly key: string;
	readonly value: unknown;
}

const MAX_PATH_CHARS = 200;

/** Every value of a document, the outer before the inner, however deep: no recursion. */
export function* walkJson(document: unknown): Generator<JsonPlace> {
	const open: JsonPlace[] = [{ path: "", key: "", value: document }];
	for (let place = open.pop(); place !== undefined; place = open.pop()) {
		yield place;
		const { path, value } = place;
		if (typeof value !== "object" || value === null) continue;
		const isList = Array.isArray(value);
		for (const [key, inner] of Object.entries(value).reverse()) {
			const step = isList ? `[${key}]` : path === "" ? key : `.${key}`;
			open.push({ path: `${path}${step}`.slice(0, MAX_PATH_CHARS), key, value: inner });
		}
	}
}
