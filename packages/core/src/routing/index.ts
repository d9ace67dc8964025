/** The route table and the pure lottery over it. Hashing keys and counting requests belong to the gateway. */
export { assignArm } from "./assign.ts";
export { type ArmRoute, armKey, type EndpointRoute, type RouteTable, type ServingConfiguration } from "./route-table.ts";
