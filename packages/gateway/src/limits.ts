/** What one caller may take of a gateway. */
export interface Limits {
	readonly maxBodyBytes: number;
	readonly maxHeaderBytes: number;
	/** From the first byte of a request to the end of its headers. */
	readonly headersTimeoutMs: number;
	/** From the first byte of a request to the last of its body. */
	readonly requestTimeoutMs: number;
	/** An idle connection is closed after this. */
	readonly keepAliveMs: number;
}

export const DEFAULT_LIMITS: Limits = {
	maxBodyBytes: 8 * 1024 * 1024,
	maxHeaderBytes: 16 * 1024,
	headersTimeoutMs: 10_000,
	requestTimeoutMs: 30_000,
	keepAliveMs: 65_000,
};
