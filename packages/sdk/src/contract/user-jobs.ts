/** Bulk changes of users: started by one request, run by the worker, with a result per user. */
import * as z from "zod/mini";
import {
  actorReference,
  endpoint,
  id,
  inOrganization,
  instant,
  instantInput,
  list,
  listOf,
  page,
  searchText,
  textLanguage,
} from "./common.ts";
import { userStatus } from "./users.ts";

/** The most users of one job. */
export const maxJobUsers = 100_000;

/** The most user ids in one request. */
export const maxNamedUsers = 10_000;

/** What a job does to each user. */
export const userJobAction = z.enum(["add-role", "remove-role", "suspend", "restore"]);

/** `failed`: the server stopped retrying before the end; `cancelled`: a user stopped it. */
export const userJobStatus = z.enum(["queued", "running", "done", "failed", "cancelled"]);

/**
 * Result for a user. `unchanged`: already in the requested state; `refused`: see `code` and `detail`; `not-done`: not
 * processed yet, or the job ended before.
 */
export const userJobOutcome = z.enum(["changed", "unchanged", "refused", "not-done"]);

/** A job and its progress. `succeeded` counts users in the requested state; `changed` those of them that the job changed. */
export const userJob = z.strictObject({
  id,
  action: userJobAction,
  /** `expiresAt`: when the job's grants of the role end, if they do. */
  role: z.optional(z.strictObject({ id, name: z.string(), expiresAt: z.optional(instant) })),
  status: userJobStatus,
  total: z.number(),
  done: z.number(),
  succeeded: z.number(),
  changed: z.number(),
  failed: z.number(),
  createdBy: actorReference,
  createdAt: instant,
  finishedAt: z.nullable(instant),
  /** The earlier job that this one reverts. */
  undoes: z.optional(id),
  /** The newest job that reverts this one. */
  undoneBy: z.optional(id),
});

const named = z.strictObject({
  ids: list(id, {
    min: [1, "Name at least one user."],
    max: [maxNamedUsers, "Name 10,000 users at most."],
  }),
});

/** All users that the user list shows for the same filters; all users without filters. */
const matching = z.strictObject({
  matching: z.strictObject({
    query: z.optional(searchText),
    role: z.optional(id),
    status: z.optional(userStatus),
    twoFactor: z.optional(z.boolean()),
  }),
});

/** All users that an earlier job changed: the opposite action undoes that job. */
const changedBy = z.strictObject({ changedBy: id });

/** The users to change. The set is fixed when the job is created. */
const users = z.union([named, matching, changedBy]);

/** When the grants end; without it, or with null, they don't end. Users who have the role already keep their end. */
const expiresAt = z.optional(z.nullable(instantInput));

/** The expected number of users. If it differs, nothing is started. */
const expectedTotal = z.optional(z.int().check(z.gte(0)));

/** Body of a new job. */
export const newUserJob = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("add-role"), roleId: id, expiresAt, users, expectedTotal }),
  z.strictObject({ action: z.literal("remove-role"), roleId: id, users, expectedTotal }),
  z.strictObject({ action: z.literal("suspend"), users, expectedTotal }),
  z.strictObject({ action: z.literal("restore"), users, expectedTotal }),
]);

const userJobs = "/organizations/:organizationId/user-jobs";
const jobParams = z.extend(inOrganization, { jobId: id });

export const createUserJob = endpoint({
  method: "POST",
  path: userJobs,
  operationId: "createUserJob",
  tag: "Users",
  summary: "Starts a change of up to 100,000 users: a role added or removed, access suspended or restored",
  params: inOrganization,
  body: newUserJob,
  success: { status: 202, body: userJob },
  idempotent: true,
  localized: true,
});

/** Users per permission that they would gain or lose. */
const permissionUsers = z.array(z.strictObject({ permission: z.string(), users: z.number() }));

/**
 * What a job would do now. `refused`: it exceeds the permissions of the actor, or is about the actor or the last owner.
 * Suspending ends all access, which `gained` and `lost` don't list.
 */
export const userJobPreview = z.strictObject({
  total: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  refused: z.number(),
  /** Owners among the users that it would change. */
  owners: z.number(),
  gained: permissionUsers,
  lost: permissionUsers,
});

export const previewUserJob = endpoint({
  method: "POST",
  path: `${userJobs}/preview`,
  operationId: "previewUserJob",
  tag: "Users",
  summary: "What a bulk change would do, for how many users; changes nothing",
  params: inOrganization,
  body: newUserJob,
  success: { status: 200, body: userJobPreview },
});

export const listUserJobs = endpoint({
  method: "GET",
  path: userJobs,
  operationId: "listUserJobs",
  tag: "Users",
  summary: "Bulk changes of the last 30 days, newest first",
  params: inOrganization,
  query: z.strictObject({ ...textLanguage, ...page }),
  success: { status: 200, body: listOf(userJob) },
  localized: true,
});

export const getUserJob = endpoint({
  method: "GET",
  path: `${userJobs}/:jobId`,
  operationId: "getUserJob",
  tag: "Users",
  summary: "The progress of a bulk change; stored for 30 days",
  params: jobParams,
  query: z.strictObject(textLanguage),
  success: { status: 200, body: userJob },
  localized: true,
});

export const cancelUserJob = endpoint({
  method: "DELETE",
  path: `${userJobs}/:jobId`,
  operationId: "cancelUserJob",
  tag: "Users",
  summary: "Stops a bulk change after the current user; earlier changes are kept",
  params: jobParams,
  success: { status: 204, body: null },
});

/** Result for one user. Name and email as of the job's creation; null for an unknown id. */
export const userJobResult = z.strictObject({
  userId: id,
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  outcome: userJobOutcome,
  code: z.optional(z.string()),
  detail: z.optional(z.string()),
  /** Values for a translated message. */
  params: z.optional(z.record(z.string(), z.unknown())),
});

export const listUserJobResults = endpoint({
  method: "GET",
  path: `${userJobs}/:jobId/results`,
  operationId: "listUserJobResults",
  tag: "Users",
  summary: "The result of each user, in name order",
  params: jobParams,
  query: z.strictObject({ outcome: z.optional(userJobOutcome), ...page }),
  success: { status: 200, body: listOf(userJobResult) },
  compressed: true,
});

export const exportUserJobFailures = endpoint({
  method: "GET",
  path: `${userJobs}/:jobId/failures`,
  operationId: "exportUserJobFailures",
  tag: "Users",
  summary: "The users that were refused or not processed, as CSV",
  params: jobParams,
  success: { status: 200, body: null, media: ["text/csv"] },
});

/** What a job does to each user. */
export type UserJobAction = z.infer<typeof userJobAction>;
/** Status of a job. */
export type UserJobStatus = z.infer<typeof userJobStatus>;
/** Result for a user. */
export type UserJobOutcome = z.infer<typeof userJobOutcome>;
/** A job and its progress. */
export type UserJobView = z.infer<typeof userJob>;
/** What a job would do now. */
export type UserJobPreview = z.infer<typeof userJobPreview>;
/** Result for one user. */
export type UserJobResult = z.infer<typeof userJobResult>;
/** Body of a new job. */
export type NewUserJob = z.infer<typeof newUserJob>;
/** The users to change. */
export type UserJobUsers = NewUserJob["users"];
