// Class probabilities in, answers out. Column 1 is the probability that the loan goes bad.
const APPROVE_BELOW = 0.35;
const REFER_BELOW = 0.6;

export default function post(outputs, instances) {
	const { data, dims } = outputs.probabilities;
	return instances.map((_, row) => {
		const score = data[row * dims[1] + 1];
		const decision = score < APPROVE_BELOW ? "approve" : score < REFER_BELOW ? "refer" : "decline";
		return { score, decision };
	});
}
