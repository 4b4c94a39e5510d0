/** How mail leaves: the only door of this feature. */
export { registerMailRoutes } from "./routes.ts";
