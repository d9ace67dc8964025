/** Control: use-cases by noun over the journal, and the API in front of them. It owns its ports; adapters and processes live elsewhere. */
export { createControlApp } from "./api/app.ts";
export type { ControlContext } from "./api/context.ts";
export * from "./evidence/index.ts";
export { Fleet, LEASE_MS } from "./gateways/fleet.ts";
export { Traffic } from "./gateways/traffic.ts";
export { type EndpointRecord, Installation, type PackageRecord } from "./installation/installation.ts";
export { StateKeeper, SYSTEM } from "./installation/state-keeper.ts";
export * from "./journal/index.ts";
export * from "./outcomes/index.ts";
export type { CheckReport, PackageStore, PushedPackage, PushOptions, PushProgress } from "./packages/ports.ts";
export { startControlLoop } from "./rollouts/control-loop.ts";
export type { Notifier } from "./rollouts/notifier.ts";
export { EffectPerformer } from "./rollouts/perform-effects.ts";
export { toRecorded } from "./rollouts/rollout-store.ts";
export { Rollouts } from "./rollouts/rollouts.ts";
