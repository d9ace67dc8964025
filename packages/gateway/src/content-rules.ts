import type { IncomingHttpHeaders } from "node:http";
import { HeadgateError } from "@headgate/protocol";

/** Null when a body with these headers may be read, else why not. It never looks at the body. */
export function refuseContent(headers: IncomingHttpHeaders, maxBodyBytes: number): HeadgateError | null {
	const type = headers["content-type"];
	if (type !== "application/json" && !isJson(type)) {
		const got = type === undefined ? "none" : JSON.stringify(type.slice(0, 100));
		return new HeadgateError("gateway.content-type", `content-type is ${got}, expected application/json in UTF-8`);
	}
	const encoding = headers["content-encoding"];
	if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
		return new HeadgateError(
			"gateway.content-encoding",
			`content-encoding ${JSON.stringify(encoding.slice(0, 50))} is not accepted`,
		);
	}
	const length = headers["content-length"];
	if (length !== undefined && Number(length) > maxBodyBytes) return tooLarge(`${length} bytes`, maxBodyBytes);
	return null;
}

export function tooLarge(size: string, maxBodyBytes: number): HeadgateError {
	return new HeadgateError("gateway.body-too-large", `the body has ${size}, at most ${maxBodyBytes} bytes are accepted`);
}

function isJson(type: string | undefined): boolean {
	if (type === undefined) return false;
	const [media, ...parameters] = type
		.toLowerCase()
		.split(";")
		.map((part) => part.trim());
	if (media !== "application/json") return false;
	return parameters.every((parameter) => parameter === "" || /^charset="?utf-?8"?$/.test(parameter));
}
