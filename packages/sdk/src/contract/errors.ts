/** All error codes of the API, with HTTP status and title. Codes are stable; titles are not. */
import * as z from "zod/mini";

/** Code → status and title. A published code keeps its meaning. */
export const problems = {
  "request/malformed": { status: 400, title: "The request could not be read" },
  "request/missing-key": { status: 400, title: "A header is missing" },
  "access/malformed": { status: 400, title: "The request could not be read" },
  "access/too-many": { status: 400, title: "Too many checks for one request" },
  "auth/required": { status: 401, title: "Sign in first" },
  "auth/invalid-key": { status: 401, title: "The API key is not valid" },
  "auth/expired-key": { status: 401, title: "The API key has expired" },
  "auth/revoked-key": { status: 401, title: "The API key was revoked" },
  "auth/wrong-credentials": { status: 401, title: "E-mail or password is wrong" },
  "auth/suspended": { status: 401, title: "Access is suspended" },
  "sessions/suspended": { status: 403, title: "Access is suspended" },
  "forbidden/permission": { status: 403, title: "A permission is missing" },
  "forbidden/grant-ceiling": { status: 403, title: "This exceeds your own permissions" },
  "forbidden/own-roles": { status: 403, title: "You can't change your own roles" },
  "api-keys/only": { status: 403, title: "Only API keys may use this" },
  "api-keys/shown-once": { status: 409, title: "The key was created; its secret is not shown again" },
  "api-keys/by-key": { status: 403, title: "API keys can't manage API keys" },
  "forbidden/origin": { status: 403, title: "The request came from another site" },
  "forbidden/owner-only": { status: 403, title: "Only an owner can do this" },
  "forbidden/system-role": { status: 403, title: "Built-in roles can't be changed" },
  "forward-auth/unknown-panel": { status: 403, title: "This panel is not registered" },
  "not-found": { status: 404, title: "Not found" },
  "request/method": { status: 405, title: "That method is not supported here" },
  "request/timeout": { status: 408, title: "The request came too slowly" },
  "users/last-owner": { status: 409, title: "An organization needs an active owner" },
  "users/email-taken": { status: 409, title: "Another user has that address" },
  "users/own-sign-in": { status: 409, title: "This user signs in to Gatehouse" },
  "users/role-gone": { status: 409, title: "A role no longer exists" },
  "user-jobs/set-changed": { status: 409, title: "The number of matching users has changed" },
  "user-jobs/finished": { status: 409, title: "The job has ended" },
  "user-jobs/too-many": { status: 422, title: "That is too many users at once" },
  "user-jobs/starter-lost-access": { status: 403, title: "The user who started this no longer has access" },
  "roles/name-taken": { status: 409, title: "A role with that name exists" },
  "roles/in-use": { status: 409, title: "The role is in use" },
  "invitations/already-user": { status: 409, title: "Already a user" },
  "invitations/already-pending": { status: 409, title: "An invitation is already pending" },
  "invitations/sign-in-first": { status: 409, title: "Sign in to accept" },
  "invitations/role-gone": { status: 409, title: "A role of this invitation no longer exists" },
  "invitations/external-id-in-use": { status: 409, title: "The invitation's external ID is in use" },
  "invitations/access-ended": { status: 409, title: "The offered access has ended" },
  "invitations/inviter-lost-access": { status: 409, title: "The inviter can no longer give these roles" },
  "invitations/domain-not-allowed": { status: 409, title: "Addresses of that domain can't be invited" },
  "invitations/not-pending": { status: 409, title: "The invitation is no longer pending" },
  "invitations/not-restorable": { status: 409, title: "The revocation can no longer be undone" },
  "invitations/other-account": { status: 403, title: "The invitation is for another account" },
  "invitations/used": { status: 410, title: "The link was used already" },
  "invitations/revoked": { status: 410, title: "The invitation was revoked" },
  "invitations/expired": { status: 410, title: "The link has expired" },
  "invitations/replaced": { status: 410, title: "A newer link was sent" },
  "setup/done": { status: 410, title: "Set-up is done" },
  "setup/token": { status: 404, title: "The set-up link is not valid" },
  "conflict/concurrent": { status: 409, title: "This was changed at the same time" },
  "hand-offs/consent-required": { status: 409, title: "The user has to consent first" },
  "hand-offs/unknown-panel": { status: 409, title: "This panel is not registered" },
  "precondition/failed": { status: 412, title: "This was changed in the meantime" },
  "request/too-large": { status: 413, title: "The request is too large" },
  "request/media-type": { status: 415, title: "Send JSON" },
  "request/invalid": { status: 422, title: "Something needs correcting" },
  "request/cursor": { status: 422, title: "The cursor is not valid" },
  "idempotency/reused": { status: 422, title: "The Idempotency-Key was used for another request" },
  "passwords/wrong": { status: 422, title: "That is not your current password" },
  "passwords/unchanged": { status: 422, title: "The new password is the current one" },
  "passwords/too-short": { status: 422, title: "The password is too short" },
  "passwords/too-common": { status: 422, title: "The password is easy to guess" },
  "mail/no-recipient": { status: 422, title: "The email has no recipient" },
  "api-keys/expiry": { status: 422, title: "The expiry is in the past" },
  "permissions/in-use": { status: 409, title: "Permissions are in use" },
  "permissions/invalid": { status: 422, title: "The catalogue can't be used" },
  "permissions/unknown": { status: 422, title: "Unknown permission" },
  "roles/unknown": { status: 422, title: "Unknown role" },
  "invitations/external-id-taken": { status: 422, title: "The external ID is in use" },
  "invitations/duplicate": { status: 422, title: "The address is in the list twice" },
  "email/invalid": { status: 422, title: "The e-mail address is not valid" },
  "precondition/required": { status: 428, title: "If-Match is missing" },
  "request/headers-too-large": { status: 431, title: "The headers are too large" },
  "invitations/too-many-mails": { status: 429, title: "Too many emails to one address" },
  throttled: { status: 429, title: "Too many attempts" },
  busy: { status: 429, title: "Busy" },
  internal: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "Not available at the moment" },
} as const;

/** A stable error code. */
export type ProblemCode = keyof typeof problems;

/** One error in the request; `path` is dotted (`invitations.3.email`). */
export const fieldProblem = z.strictObject({ path: z.string(), code: z.string(), detail: z.string() });

/** RFC 9457 problem document. `params` holds the values that a translated message needs. */
export const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.optional(z.array(fieldProblem)),
  params: z.optional(z.record(z.string(), z.unknown())),
});

/** One field's error. */
export type FieldProblem = z.infer<typeof fieldProblem>;
/** The body of every error response. */
export type Problem = z.infer<typeof problem>;
