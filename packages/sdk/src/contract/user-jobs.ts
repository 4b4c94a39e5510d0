/** Changes to many users at once: started in one request, done by the worker, with a result for each user. */
import * as z from "zod/mini";
import {
  actorReference,
  endpoint,
  id,
  inOrganization,
  instant,
  list,
  listOf,
  page,
  searchText,
} from "./common.ts";
import { userStatus } from "./users.ts";

/** The most users that one job changes. */
export const mostJobUsers = 100_000;

/** The most users that a request names one by one. */
export const mostNamedUsers = 10_000;

/** What a job does to each user. */
export const userJobAction = z.enum(["add-role", "remove-role", "suspend", "restore"]);

/** `failed`: the server gave up before everybody was done; `cancelled`: somebody stopped it. */
export const userJobStatus = z.enum(["queued", "running", "done", "failed", "cancelled"]);

/**
 * What became of a user. `unchanged`: already as wanted; `refused`: `code` and `detail` say why; `not-done`: the job
 * hasn't come to them yet, or ended before it did.
 */
export const userJobOutcome = z.enum(["changed", "unchanged", "refused", "not-done"]);

/** A job and how far it has come. `succeeded` counts who is as wanted now, `changed` those of them whom the job changed. */
export const userJob = z.strictObject({
  id,
  action: userJobAction,
  role: z.optional(z.strictObject({ id, name: z.string() })),
  status: userJobStatus,
  total: z.number(),
  done: z.number(),
  succeeded: z.number(),
  changed: z.number(),
  failed: z.number(),
  createdBy: actorReference,
  createdAt: instant,
  finishedAt: z.nullable(instant),
});

const named = z.strictObject({
  ids: list(id, {
    least: [1, "Name at least one user."],
    most: [mostNamedUsers, "Name 10,000 users at most."],
  }),
});

/** Everybody whom the list of users shows for the same query; with none, everybody. */
const matching = z.strictObject({
  matching: z.strictObject({
    query: z.optional(searchText),
    role: z.optional(id),
    status: z.optional(userStatus),
  }),
});

/** Everybody whom an earlier job changed: with the opposite action it undoes that job. */
const changedBy = z.strictObject({ changedBy: id });

/** Who is changed. The set is fixed when the job is made: whoever matches later stays out. */
const users = z.union([named, matching, changedBy]);

/** How many users the caller expects; when it isn't so many any more, nothing is started. */
const expectedTotal = z.optional(z.int().check(z.gte(0)));

/** What is started. */
export const newUserJob = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("add-role"), roleId: id, users, expectedTotal }),
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
});

export const getUserJob = endpoint({
  method: "GET",
  path: `${userJobs}/:jobId`,
  operationId: "getUserJob",
  tag: "Users",
  summary: "How far a change of many users has come; kept for 30 days",
  params: jobParams,
  success: { status: 200, body: userJob },
});

export const cancelUserJob = endpoint({
  method: "DELETE",
  path: `${userJobs}/:jobId`,
  operationId: "cancelUserJob",
  tag: "Users",
  summary: "Stops a change of many users between two of them; what was changed stays changed",
  params: jobParams,
  success: { status: 204, body: null },
});

/** What became of one user. Name and address are those of the time when the job was made; null for an unknown id. */
export const userJobResult = z.strictObject({
  userId: id,
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  outcome: userJobOutcome,
  code: z.optional(z.string()),
  detail: z.optional(z.string()),
  /** Values that a translated sentence needs. */
  params: z.optional(z.record(z.string(), z.unknown())),
});

export const listUserJobResults = endpoint({
  method: "GET",
  path: `${userJobs}/:jobId/results`,
  operationId: "listUserJobResults",
  tag: "Users",
  summary: "What became of each user, in name order",
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
  summary: "Everybody whom the job was refused for or didn't come to, as CSV",
  params: jobParams,
  success: { status: 200, body: null, media: ["text/csv"] },
});

/** What a job does to each user. */
export type UserJobAction = z.infer<typeof userJobAction>;
/** How a job stands. */
export type UserJobStatus = z.infer<typeof userJobStatus>;
/** What became of a user. */
export type UserJobOutcome = z.infer<typeof userJobOutcome>;
/** A job and how far it has come. */
export type UserJobView = z.infer<typeof userJob>;
/** What became of one user. */
export type UserJobResult = z.infer<typeof userJobResult>;
/** What is started. */
export type NewUserJob = z.infer<typeof newUserJob>;
/** Who is changed. */
export type UserJobUsers = NewUserJob["users"];
