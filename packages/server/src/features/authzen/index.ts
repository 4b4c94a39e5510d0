/** OpenID AuthZEN: the entry point of this feature. */
export { registerAuthzen } from "./routes.ts";
