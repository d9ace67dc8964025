/** The bus over HTTP, the gateway's side. Control's side are routes of its own API. */
export { HttpBus } from "./http-bus.ts";
