/** Reads bulk jobs and their results, for the API and the audit log. */
import {
  byteOrderMark,
  csvLine,
  type Language,
  type Total,
  type UserJobOutcome,
  type UserJobResult,
  type UserJobView,
} from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import { translateRole } from "../../db/role-texts.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import {
  countBulkJobs,
  countDone,
  findBulkJob,
  listResults,
  type StoredBulkJob,
  type StoredResult,
  listBulkJobs as selectBulkJobs,
} from "./queries.ts";

/** A job with its progress, and its role in the language of the reader. */
export function viewBulkJob(job: StoredBulkJob, language: Language | null): UserJobView {
  return {
    id: job.id,
    action: job.action,
    ...(job.role === null ? {} : { role: { ...viewRole(job.role, language), ...viewEnd(job) } }),
    status: job.status,
    total: job.total,
    done: countDone(job),
    succeeded: job.changed + job.unchanged,
    changed: job.changed,
    failed: job.refused,
    createdBy: job.createdBy,
    createdAt: job.createdAt.toISOString(),
    finishedAt: job.finishedAt?.toISOString() ?? null,
    ...(job.undoes === null ? {} : { undoes: job.undoes }),
    ...(job.undoneBy === null ? {} : { undoneBy: job.undoneBy }),
  };
}

function viewEnd({ roleExpiresAt }: StoredBulkJob): { readonly expiresAt?: string } {
  return roleExpiresAt === null ? {} : { expiresAt: roleExpiresAt.toISOString() };
}

function viewRole(role: NonNullable<StoredBulkJob["role"]>, language: Language | null) {
  const { id, name } = translateRole(role, language);
  return { id, name };
}

/** The job as target of an audit event. */
export function toAuditTarget({ id, role }: Pick<StoredBulkJob, "id" | "role">) {
  return { type: "user-job", id, name: role?.name ?? "Users" };
}

/** The result for one user. */
function viewResult({ userId, name, email, outcome, code, detail, params }: StoredResult): UserJobResult {
  return {
    userId,
    name,
    email,
    outcome: outcome ?? "not-done",
    ...(code === null ? {} : { code }),
    ...(detail === null ? {} : { detail }),
    ...(params === null ? {} : { params: { ...params } }),
  };
}

/**
 * A job with its progress.
 * @throws ApiError not-found
 */
export async function getBulkJob(
  deps: Pick<Deps, "db">,
  { organizationId, language }: Actor,
  jobId: string,
): Promise<UserJobView> {
  const job = await deps.db.tenant(organizationId, (tx) => findBulkJob(tx, { organizationId, jobId }), {
    readOnly: true,
  });
  if (job === null) throw notFound();
  return viewBulkJob(job, language);
}

const jobCursor = z.strictObject({ id: z.uuid() });

/**
 * The jobs of the last 30 days, newest first.
 * @throws ApiError request/cursor
 */
export async function listBulkJobs(
  deps: Pick<Deps, "db">,
  { organizationId, language }: Actor,
  input: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Promise<{
  readonly items: UserJobView[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const { limit = defaultLimit } = input;
  const after = decodeCursor(jobCursor, input.cursor)?.id ?? null;
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const rows = await selectBulkJobs(tx, { organizationId, after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, ({ id }) => ({ id }));
      const count = await countBulkJobs(tx, organizationId);
      return {
        items: items.map((job) => viewBulkJob(job, language)),
        nextCursor,
        total: { count, exact: true },
      };
    },
    { readOnly: true },
  );
}

/** Parameters of a page of results. */
interface ResultListRequest {
  readonly outcome?: UserJobOutcome | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

const cursorSchema = z.strictObject({ position: z.int().check(z.gte(1), z.lte(1_000_000)) });

/**
 * The result for each user, in processing order.
 * @throws ApiError not-found, request/cursor
 */
export async function listBulkJobResults(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
  input: ResultListRequest & { readonly jobId: string },
): Promise<{
  readonly items: UserJobResult[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const { jobId, outcome = null, limit = defaultLimit } = input;
  const after = decodeCursor(cursorSchema, input.cursor)?.position ?? 0;
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const job = await findBulkJob(tx, { organizationId, jobId });
      if (job === null) throw notFound();
      const rows = await listResults(tx, job, { outcome, after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, ({ position }) => ({ position }));
      return {
        items: items.map(viewResult),
        nextCursor,
        total: { count: countResults(job, outcome), exact: true },
      };
    },
    { readOnly: true },
  );
}

function countResults(job: StoredBulkJob, outcome: UserJobOutcome | null): number {
  if (outcome === null) return job.total;
  return outcome === "not-done" ? job.total - countDone(job) : job[outcome];
}

const pageSize = 1_000;

/**
 * The failed users as CSV, in chunks of 1,000: first those who were refused, then those who were not processed because
 * the job ended early. No transaction stays open between chunks.
 * @throws ApiError not-found
 */
export async function exportBulkJobFailures(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
  jobId: string,
): Promise<AsyncIterable<string>> {
  const job = await deps.db.tenant(organizationId, (tx) => findBulkJob(tx, { organizationId, jobId }), {
    readOnly: true,
  });
  if (job === null) throw notFound();
  return generateCsv(deps, job);
}

async function* generateCsv(
  deps: Pick<Deps, "db">,
  job: StoredBulkJob,
): AsyncGenerator<string, void, undefined> {
  yield byteOrderMark + csvLine(["userId", "name", "email", "outcome", "code", "detail"]);
  yield* generateRows(deps, job, "refused");
  if (job.finishedAt !== null) yield* generateRows(deps, job, "not-done");
}

async function* generateRows(
  deps: Pick<Deps, "db">,
  job: StoredBulkJob,
  outcome: "refused" | "not-done",
): AsyncGenerator<string, void, undefined> {
  for (let after = 0, isLast = false; !isLast; ) {
    const page = { outcome, after, limit: pageSize };
    const rows = await deps.db.tenant(job.organizationId, (tx) => listResults(tx, job, page), {
      readOnly: true,
    });
    yield rows.map(toCsvLine).join("");
    after = rows.at(-1)?.position ?? after;
    isLast = rows.length < pageSize;
  }
}

function toCsvLine({ userId, name, email, outcome, code, detail }: StoredResult): string {
  return csvLine([userId, name, email, outcome ?? "not-done", code, detail]);
}
