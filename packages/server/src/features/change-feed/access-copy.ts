/** Roles and grants of one organization as they are now, for a program of the operator: events that end with `current`. */
import { sealBeforeReading } from "../../audit/seal.ts";
import { closureOfRow, type OrganizationClosure } from "../../auth/organization-closure.ts";
import type { Tx } from "../../db/database.ts";
import { prepare, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { nilUuid } from "../../ports/ids.ts";
import type { Semaphore } from "../../semaphore.ts";
import { getOperated } from "../operator/index.ts";
import {
  countUsers,
  formatAccessEvent,
  formatClosed,
  readCatalogue,
  readChangedParts,
  readRoles,
  readStateAfter,
} from "./access-changes.ts";
import { formatCurrent, streamSnapshot } from "./access-stream.ts";
import { type Position, startPosition } from "./position.ts";
import { readSnapshotPage, snapshotPageSize } from "./snapshot-page.ts";

/** Events after which a replica is loaded again: what it has may be that of a closed organization, which is empty. */
const closureActions = [
  "organizations.suspended",
  "organizations.resumed",
  "organizations.deleted",
  "organizations.restored",
];

/** What the program has, and its request. */
export interface AccessCopyRequest {
  /** The position of the program's replica; null for the complete state. */
  readonly after: Position | null;
  /** Time of the request by `performance.now()`. */
  readonly openedAt: number;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

/** What it needs. */
export type AccessCopyDeps = Pick<Deps, "db" | "clock"> & { readonly loads: Semaphore };

/** One state of the database. */
interface Copy {
  readonly parts: readonly string[];
  readonly position: Position;
  /** By `performance.now()`: it includes every earlier commit. */
  readonly syncedAt: number;
}

/** After more events the complete state is read: those of one page of users may be as many. */
const maxEvents = 20_000;

/** Milliseconds between two comments while a large organization is read. */
const keepAliveMs = 1_000;

/**
 * Opens the events. A state that fits into one page is read before the response begins, so that an error is a response, too.
 * @throws ApiError not-found, organization/removed
 */
export async function openAccessCopy(
  deps: AccessCopyDeps,
  organizationId: string,
  request: AccessCopyRequest,
): Promise<AsyncIterable<string>> {
  const copy = await deps.loads.run(async () => {
    const changes = request.after === null ? null : await readSealed(deps, organizationId, request.after);
    return changes ?? (await readSealed(deps, organizationId, null));
  });
  return copy === null ? streamLarge(deps, organizationId, request) : streamCopy(deps, copy, request);
}

async function* streamCopy(
  { clock }: Pick<Deps, "clock">,
  { parts, position, syncedAt }: Copy,
  { openedAt }: AccessCopyRequest,
): AsyncGenerator<string, void, undefined> {
  const elapsed = Math.floor(syncedAt - openedAt);
  yield parts.join("") + formatCurrent(position, { elapsed, at: clock.now().toISOString() });
}

/** Reads the state once more after sealing it if some of its events had no position, because such a state is read again soon. */
async function readSealed(
  deps: Pick<Deps, "db">,
  organizationId: string,
  after: Position | null,
): Promise<Copy | null> {
  const copy = await readCopy(deps, organizationId, after);
  if (copy?.position.unsealed === undefined) return copy;
  await sealBeforeReading(deps.db, organizationId);
  return readCopy(deps, organizationId, after);
}

/**
 * The complete state, or with `after` what has changed, in one transaction. Null when there are too many users or changes for it, or
 * the program's replica can't be continued.
 */
async function readCopy(
  deps: Pick<Deps, "db">,
  organizationId: string,
  after: Position | null,
): Promise<Copy | null> {
  const syncedAt = performance.now();
  const found = await readStateAfter(deps.db, organizationId, after ?? startPosition, async (tx) => {
    const closure = await readClosure(tx, organizationId);
    if (closure === undefined) return "missing";
    if (closure !== null) return formatClosed(await readCatalogue(tx, organizationId));
    return after === null
      ? readComplete(tx, organizationId)
      : readChangedParts(tx, organizationId, { after, reloadAfter: closureActions, maxEvents });
  });
  if (found?.state === "missing") {
    await getOperated(deps, organizationId);
    throw notFound();
  }
  const parts = found?.state ?? null;
  return found === null || parts === null ? null : { parts, position: found.head, syncedAt };
}

/** Null when the users don't fit on one page. */
async function readComplete(tx: Tx, organizationId: string): Promise<readonly string[] | null> {
  const limit = snapshotPageSize;
  const [users, page, roles, catalogue] = await Promise.all([
    countUsers(tx, organizationId),
    readSnapshotPage(tx, organizationId, { after: nilUuid, limit }),
    readRoles(tx, organizationId, null),
    readCatalogue(tx, organizationId),
  ]);
  if (page.count === limit) return null;
  return [
    formatAccessEvent("reset", { users }),
    catalogue,
    formatAccessEvent("roles", { roles: [...roles] }),
    formatAccessEvent("snapshot", { read: page.count, ...page.columns }),
  ];
}

/** Why nobody can use the organization; null if it can be used, undefined if there is none. */
async function readClosure(tx: Tx, organizationId: string): Promise<OrganizationClosure | null | undefined> {
  const { rows } = await tx.query(sql<{ closure: OrganizationClosure | null }>`${prepare("readClosure")}
    SELECT ${closureOfRow} AS closure FROM organizations o WHERE o.organization_id = ${organizationId}`);
  return rows[0] === undefined ? undefined : rows[0].closure;
}

/** The complete state page by page. It is sent again as often as the history of the database changes meanwhile. */
async function* streamLarge(
  deps: AccessCopyDeps,
  organizationId: string,
  request: AccessCopyRequest,
): AsyncGenerator<string, void, undefined> {
  const { signal } = request;
  while (!signal.aborted) {
    const subscriber = { actor: { organizationId }, signal };
    const snapshot = yield* streamSnapshot(deps, subscriber, {
      heartbeatMs: keepAliveMs,
      check: async () => undefined,
    });
    if (snapshot === null) continue;
    // It may have been closed while it was read: then the state without users replaces the one that was sent.
    const after = await readSealed(deps, organizationId, snapshot.position);
    if (after === null) continue;
    yield* streamCopy(deps, after, request);
    return;
  }
}
