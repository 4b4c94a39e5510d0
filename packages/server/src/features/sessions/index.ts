/** Public API of the sessions feature. */
export { rememberDevice } from "./known-device.ts";
export { listSessionViews } from "./list-session-views.ts";
export { loadSessionView, openSession, toAccount } from "./open-session.ts";
export { endMemberSessions, endSessions, endSessionsWithoutMembership } from "./queries.ts";
export { registerSessionRoutes } from "./routes.ts";
export { countAttempt } from "./throttle.ts";
