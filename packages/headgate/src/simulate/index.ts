/** Many simulated rollouts on all cores. What a rollout is and who judges it belongs to core. */
export { percent } from "./render-simulation.ts";
export { type OnProgress, runSimulation } from "./run-simulation.ts";
export type { SimulationAnswer, SimulationCase, SimulationJob } from "./simulation-job.ts";
