/** Change events of an organization: the entry point of this feature. */
export { registerEventRoutes } from "./routes.ts";
