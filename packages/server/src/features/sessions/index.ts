/** Sessions: the only door of this feature. */
export { idleSince } from "../../http/session-limits.ts";
export { networkOf } from "./network.ts";
export { openSession, type SessionRequest, viewSession } from "./open-session.ts";
export { registerSessionRoutes } from "./routes.ts";
export { type Bucket, countTry } from "./throttle.ts";
