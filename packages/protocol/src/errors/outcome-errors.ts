import { type ErrorRow, given } from "./error-row.ts";

/** What becomes known of predictions: labels and business metrics. */
export const outcomeErrors: Readonly<Record<string, ErrorRow>> = {
	"outcome.unknown-prediction": given(
		"A prediction id is none of this installation's, or nothing can be attributed to it.",
		"Send the id from the header headgate-prediction-id of the answer, unchanged; errors and pinned versions are no evidence.",
	),
	"outcome.no-value": given(
		"A label came for a prediction that has no value to be held against it.",
		"Name the output field in endpoint.yaml (`labels: { output: FIELD }`), send one instance a request, and labels of its type.",
	),
	"outcome.metric": given(
		"A value is of a metric that the endpoint does not declare, or is none that the metric can have.",
		"Declare it in business_metrics of endpoint.yaml and apply it, or correct name or value.",
	),
	"outcome.file": given(
		"A line of a file with outcomes cannot be read.",
		"Write CSV with the columns prediction_id and label, or prediction_id, metric and value; or a JSON object a line with these names.",
	),
};
