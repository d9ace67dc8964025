/** Does every piece of work in order, whatever becomes of the others; then throws the first fault there was. */
export async function attemptEach<T>(items: Iterable<T>, work: (item: T) => void | Promise<void>): Promise<void> {
	const faults: unknown[] = [];
	for (const item of items) {
		try {
			await work(item);
		} catch (fault) {
			faults.push(fault);
		}
	}
	if (faults.length > 0) throw faults[0];
}
