/** What this host can say of itself. The demo, the benches and the tests start installations of their own with it. */
export { freePorts } from "./free-ports.ts";
