/** Public API of the sessions feature. */
export { enqueueNotice } from "./enqueue-notice.ts";
export { findDevice, rememberDevice } from "./known-device.ts";
export { listSessionViews, loadSessionView, openSession, toAccount } from "./open-session.ts";
export {
  endMemberSessions,
  endOtherSessions,
  endSessions,
  endSessionsWithoutMembership,
  findLostAccess,
  listAddresses,
  markAuthenticated,
} from "./queries.ts";
export { recordInEveryOrganization } from "./record-account-events.ts";
export { requireFreshAuthentication } from "./step-up.ts";
export { addAttempt, type Bucket, countAttempt, requireWithinLimit } from "./throttle.ts";
