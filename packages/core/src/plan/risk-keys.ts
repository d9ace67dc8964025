/** The keys of an endpoint's risk profile. */
export const RISK_KEYS: readonly string[] = [
	"stakes",
	"reversible",
	"detection",
	"cost_of_delay",
	"label_delay",
	"regulated",
	"flags",
];
