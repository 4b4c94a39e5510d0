/** Sessions: the only door of this feature. */

export { networkOf } from "./network.ts";
export { openSession, viewSession } from "./open-session.ts";
export { registerSessionRoutes } from "./routes.ts";
export { countTry } from "./throttle.ts";
