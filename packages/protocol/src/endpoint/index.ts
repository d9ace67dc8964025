/** endpoint.yaml as a file: its shape for editors, clients and the control API. What its words mean is core's to say (core/plan). */
export { type EndpointFile, endpointFile, endpointFileJsonSchema } from "./endpoint-file.ts";
