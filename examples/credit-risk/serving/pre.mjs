// Loan applications in, one float matrix out: a row per application, a column per entry of features.json.
// A missing number becomes NaN. A missing category leaves all of its columns at 0.
export default function pre(instances, context) {
	const { input, columns } = context.features;
	const data = new Float32Array(instances.length * columns.length);
	let at = 0;
	for (const instance of instances) {
		for (const column of columns) {
			const value = instance[column.from] ?? null;
			data[at++] = column.kind === "number" ? (value === null ? NaN : value) : value === column.value ? 1 : 0;
		}
	}
	return { [input]: { type: "float32", dims: [instances.length, columns.length], data } };
}
