/** Sessions: the only door of this feature. */

export { rememberDevice } from "./known-device.ts";
export { accountOf, openSession, viewSession } from "./open-session.ts";
export { endMemberSessions } from "./organization-sessions.ts";
export { endSessions, endSessionsWithoutUse } from "./queries.ts";
export { registerSessionRoutes } from "./routes.ts";
export { countTry } from "./throttle.ts";
export { viewOpenSessions } from "./view-open-sessions.ts";
