/** The data plane: accept, validate, route, run, check the output, respond, record. It decides nothing about rollouts; control does, over the bus. */

export { compileOutputCheck, type OutputCheck } from "./check-output.ts";
export type { Limits } from "./limits.ts";
export type { Bus, Clock, Log, Packages } from "./ports.ts";
export { type Gateway, type GatewayOptions, startGateway } from "./start-gateway.ts";
export { compileValidator } from "./validate.ts";
