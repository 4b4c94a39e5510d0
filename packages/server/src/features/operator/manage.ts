/** The operator's changes of organizations. */
import type { OperatedOrganization } from "@gatehouse/sdk/contract";
import { type AuditEntry, record } from "../../audit/record.ts";
import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound, preconditionFailed } from "../../errors/api-error.ts";
import { resumeJobs } from "../../jobs/paused-jobs.ts";
import type { Job } from "../../jobs/queues.ts";
import { toView } from "./list.ts";
import { operator } from "./operator-actor.ts";
import {
  findOperated,
  findReceipt,
  type OperatedState,
  type StoredOperated,
  updateOperated,
} from "./queries.ts";

type ManageDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue">;

const day = 24 * 3_600_000;
const restorableMs = 30 * day;
const asOperator = { system: "the operator manages an organization" } as const;

/** An organization and its version. */
export interface VersionedOperated {
  readonly organization: OperatedOrganization;
  readonly version: RowVersion;
}

/** @throws ApiError not-found, organization/removed */
export async function getOperated(
  { db }: Pick<Deps, "db">,
  organizationId: string,
): Promise<VersionedOperated> {
  return db.tenant(organizationId, async (tx) => toVersioned(await loadOperated(tx, organizationId, false)), {
    readOnly: true,
  });
}

/**
 * Changes status and limits, if the version still matches. The jobs of an organization that becomes active again are enqueued again.
 * @throws ApiError not-found, organization/removed, organization/is-deleted, precondition/failed
 */
export async function editOperated(
  deps: ManageDeps,
  organizationId: string,
  input: {
    readonly version: RowVersion;
    readonly edit: {
      readonly status?: "active" | "suspended" | undefined;
      readonly limits?: { readonly users?: number | null | undefined } | undefined;
    };
    readonly origin: RequestOrigin;
  },
): Promise<VersionedOperated> {
  const { status, limits } = input.edit;
  return changeOperated(deps, organizationId, input, (before) => {
    if (before.restorableUntil !== null) throw isDeleted(before);
    const userLimit = limits?.users === undefined ? before.userLimit : limits.users;
    const after = { ...before, status: status ?? before.status, userLimit };
    const target = toTarget(before);
    const entries: AuditEntry[] = [];
    if (after.status !== before.status) {
      const action = after.status === "active" ? "organizations.resumed" : "organizations.suspended";
      const changes = [{ field: "status", before: before.status, after: after.status }] as const;
      entries.push({ action, target, changes });
    }
    if (userLimit !== before.userLimit) {
      const changes = [{ field: "userLimit", before: before.userLimit, after: userLimit }] as const;
      entries.push({ action: "organizations.limits-changed", target, changes });
    }
    return { after, entries };
  });
}

/**
 * Deletes an organization: nobody can use it, and it can be restored for 30 days. Does nothing if it is deleted already.
 * @throws ApiError not-found, organization/removed, precondition/failed, request/invalid unless `name` is its name
 */
export async function deleteOperated(
  deps: ManageDeps,
  organizationId: string,
  input: { readonly version: RowVersion | null; readonly name: string; readonly origin: RequestOrigin },
): Promise<Date> {
  const restorableUntil = new Date(deps.clock.now().getTime() + restorableMs);
  const { organization } = await changeOperated(deps, organizationId, input, (before) => {
    if (input.name.trim().normalize("NFC") !== before.name) throw wrongName();
    if (before.restorableUntil !== null) return { after: before, entries: [] };
    const changes = [
      { field: "restorableUntil", before: null, after: restorableUntil.toISOString() },
    ] as const;
    const entries = [{ action: "organizations.deleted", target: toTarget(before), changes }] as const;
    return { after: { ...before, restorableUntil }, entries };
  });
  return new Date(organization.restorableUntil ?? restorableUntil);
}

/**
 * Restores a deleted organization, with the status that it had. Does nothing if it isn't deleted.
 * @throws ApiError not-found, organization/removed
 */
export async function restoreOperated(
  deps: ManageDeps,
  organizationId: string,
  origin: RequestOrigin,
): Promise<VersionedOperated> {
  return changeOperated(deps, organizationId, { version: null, origin }, (before) => {
    if (before.restorableUntil === null) return { after: before, entries: [] };
    if (before.restorableUntil <= deps.clock.now()) throw removed(before.restorableUntil);
    const entries = [{ action: "organizations.restored", target: toTarget(before) }] as const;
    // What was pushed to all organizations meanwhile.
    const jobs = [{ kind: "catalogue-push", version: null }] as const;
    return { after: { ...before, restorableUntil: null }, entries, jobs };
  });
}

interface Change {
  readonly after: StoredOperated;
  /** Empty if nothing changes. */
  readonly entries: readonly AuditEntry[];
  readonly jobs?: readonly Job[];
}

/** Runs one change of the locked organization. */
async function changeOperated(
  deps: ManageDeps,
  organizationId: string,
  { version, origin }: { readonly version: RowVersion | null; readonly origin: RequestOrigin },
  plan: (before: StoredOperated) => Change,
): Promise<VersionedOperated> {
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const before = await loadOperated(tx, organizationId, true);
      if (version !== null && before.version !== version) throw preconditionFailed(before.version);
      const { after, entries, jobs = [] } = plan(before);
      if (entries.length === 0) return toVersioned(before);
      const stored = await updateOperated(tx, organizationId, after, deps.clock.now());
      if (!isUsable(before) && isUsable(after)) await resumeJobs(deps, tx, organizationId);
      await deps.enqueue(tx, jobs);
      await record(deps, tx, { ...operator, organizationId, origin }, entries);
      return toVersioned({ ...after, version: stored });
    },
    asOperator,
  );
}

function isUsable({ status, restorableUntil }: OperatedState): boolean {
  return status === "active" && restorableUntil === null;
}

/** @throws ApiError not-found, organization/removed */
async function loadOperated(tx: Tx, organizationId: string, forUpdate: boolean): Promise<StoredOperated> {
  const found = await findOperated(tx, organizationId, { forUpdate });
  if (found !== null) return found;
  const receipt = await findReceipt(tx, organizationId);
  if (receipt?.removedAt == null) throw notFound();
  throw removed(receipt.removedAt, receipt.removedRows);
}

function toVersioned(stored: StoredOperated): VersionedOperated {
  const status = stored.restorableUntil === null ? stored.status : "deleted";
  return { organization: toView({ ...stored, status }), version: stored.version };
}

function toTarget({ id, name }: StoredOperated): AuditEntry["target"] {
  return { type: "organization", id, name };
}

function isDeleted({ name }: StoredOperated): ApiError {
  return new ApiError("organization/is-deleted", {
    detail: `${name} is deleted. Restore it first.`,
  });
}

function wrongName(): ApiError {
  const detail = "This is not the name of the organization. Write it exactly, as a confirmation.";
  return new ApiError("request/invalid", {
    detail,
    errors: [{ path: "name", code: "organization/wrong-name", detail }],
  });
}

function removed(at: Date, rows: number | null = null): ApiError {
  return new ApiError("organization/removed", {
    detail: `The time to restore this organization is over. Its rows are removed since ${at.toISOString()}.`,
    params: { removedAt: at.toISOString(), ...(rows === null ? {} : { removedRows: rows }) },
  });
}
