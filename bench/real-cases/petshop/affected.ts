/** Load balancers stand in the data as services of their own that call nobody: what is seen through one is the service behind it. */
const BEHIND: readonly (readonly [balancer: RegExp, service: string])[] = [
	[/^servi-searc\./i, "PetSearch_AWS::ECS::Fargate"],
	[/^servi-lista\./i, "petlistadoptions_AWS::ECS::Fargate"],
	[/^servi-payfo\./i, "payforadoption_AWS::ECS::Container"],
	[/^servi-petsi\./i, "PetSite"],
];

/** Services that a fault in `cause` really reaches: whoever calls it, directly or through others, and load balancers in front of these. */
export function affectedBy(cause: string, calls: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
	const edges = new Map([...calls].map(([caller, called]) => [caller, [...called]]));
	for (const service of calls.keys()) {
		const behind = BEHIND.find(([balancer]) => balancer.test(service))?.[1];
		if (behind !== undefined) edges.get(service)!.push(behind);
	}
	const affected = new Set([cause]);
	for (let before = 0; before < affected.size; ) {
		before = affected.size;
		for (const [caller, called] of edges) if (called.some((service) => affected.has(service))) affected.add(caller);
	}
	return affected;
}
