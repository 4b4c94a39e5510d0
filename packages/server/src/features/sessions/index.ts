/** Public API of the sessions feature. */
export { rememberDevice } from "./known-device.ts";
export { listSessionViews, loadSessionView, openSession, toAccount } from "./open-session.ts";
export { endMemberSessions, endSessions, endSessionsWithoutMembership, findLostAccess } from "./queries.ts";
export { countAttempt } from "./throttle.ts";
