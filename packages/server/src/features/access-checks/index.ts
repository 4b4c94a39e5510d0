/** OpenID AuthZEN: the only door of this feature. */
export { registerAccessChecks } from "./routes.ts";
