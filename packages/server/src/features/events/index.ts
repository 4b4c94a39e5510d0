/** Events of an organization as they happen: the only door of this feature. */
export { registerEventRoutes } from "./routes.ts";
