/** An installation under test: the real command and its processes on free ports, killed and fed on request. It knows the command by its path alone; tests of what the command promises stand in headgate. */

export { ControlInHand } from "./control-in-hand.ts";
export { endpointWith, Fleet } from "./fleet.ts";
export { LIVE_STORIES, type LiveFinding, type LiveStory, rehearseLiveFaults } from "./live-faults.ts";
export type { LoadCounts } from "./load.ts";
export type { Death, Write } from "./mortal.ts";
export { type OutageFigures, rehearseOutage } from "./outage.ts";
export { type Outcome, outcomeOf } from "./outcome.ts";
export { EXAMPLE, ROOT } from "./places.ts";
export { type CommandResult, runHeadgate } from "./run-command.ts";
