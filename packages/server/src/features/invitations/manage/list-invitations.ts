import type {
  Delivery,
  InvitationCounts,
  InvitationStatus,
  InvitationView,
  Total,
} from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../../auth/actor.ts";
import type { Tx } from "../../../db/database.ts";
import { searchWords, toContainsPattern } from "../../../db/search-words.ts";
import { joinSql, named, type Statement, sql } from "../../../db/sql.ts";
import { isPending } from "../../../db/unexpired.ts";
import type { Deps } from "../../../deps.ts";
import { notFound } from "../../../errors/api-error.ts";
import {
  cappedTotal,
  cursorInstant,
  cutPage,
  decodeCursor,
  defaultLimit,
  maxCounted,
} from "../../../http/pagination.ts";
import { viewInvitation } from "../invitation-state.ts";
import {
  findInvitation,
  type InvitationRow,
  readInvitation,
  type StoredInvitation,
  selectColumns,
} from "../queries.ts";

const cursorSchema = z.strictObject({ createdAt: cursorInstant, id: z.uuid() });

/** Invitations, newest first. With `query`, only those whose name and address contain all of its words. */
export async function listInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: Pick<Actor, "organizationId" | "language">,
  input: {
    readonly status?: InvitationStatus | undefined;
    readonly delivery?: Delivery | undefined;
    readonly query?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{ readonly items: InvitationView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const { organizationId, language } = actor;
  const limit = input.limit ?? defaultLimit;
  const after = decodeCursor(cursorSchema, input.cursor);
  const now = deps.clock.now();
  const filter = {
    organizationId,
    status: input.status,
    delivery: input.delivery,
    words: searchWords(input.query),
    now,
  };
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const rows = await selectInvitationPage(tx, { ...filter, after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, toCursor);
      const total = cappedTotal(await countMatching(tx, filter));
      const views = items.map((invitation) => viewInvitation(invitation, { now, language }));
      return { items: views, nextCursor, total };
    },
    { readOnly: true, mayUseReplica: true },
  );
}

function toCursor({ createdAt, id }: StoredInvitation): z.infer<typeof cursorSchema> {
  return { createdAt: createdAt.toISOString(), id };
}

/** Counts the invitations by status, and those whose email failed. `query` filters as in the list. */
export async function countInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: Pick<Actor, "organizationId">,
  input: { readonly query?: string | undefined },
): Promise<InvitationCounts> {
  const { organizationId } = actor;
  const filter = { organizationId, words: searchWords(input.query), now: deps.clock.now() };
  const counts = await deps.db.tenant(organizationId, (tx) => countByStatus(tx, filter), {
    readOnly: true,
    mayUseReplica: true,
  });
  return {
    pending: cappedTotal(counts.pending),
    expired: cappedTotal(counts.expired),
    failed: cappedTotal(counts.failed),
    accepted: cappedTotal(counts.accepted),
    revoked: cappedTotal(counts.revoked),
  };
}

/**
 * One invitation with the delivery state of its email.
 * @throws ApiError not-found
 */
export async function getInvitation(
  deps: Pick<Deps, "db" | "clock">,
  actor: Pick<Actor, "organizationId" | "language">,
  invitationId: string,
): Promise<InvitationView> {
  const { organizationId, language } = actor;
  const invitation = await deps.db.tenant(
    organizationId,
    (tx) => findInvitation(tx, { organizationId, invitationId }),
    { readOnly: true, mayUseReplica: true },
  );
  if (invitation === null) throw notFound();
  return viewInvitation(invitation, { now: deps.clock.now(), language });
}

/** Filters of the list. */
interface InvitationFilter {
  readonly organizationId: string;
  /** Case-folded; name and address together contain all of them. */
  readonly words: readonly string[];
  readonly status: InvitationStatus | undefined;
  readonly delivery: Delivery | undefined;
  readonly now: Date;
}

/** The cursor: the last invitation of the previous page. */
interface InvitationPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** A page of invitations, newest first. */
async function selectInvitationPage(
  tx: Tx,
  list: InvitationFilter & { readonly after: InvitationPosition | null; readonly limit: number },
): Promise<readonly StoredInvitation[]> {
  const { organizationId, after } = list;
  const afterCursor =
    after === null
      ? sql`true`
      : sql`(i.created_at, i.invitation_id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`;
  const { rows } = await tx.query(sql<InvitationRow>`${named("selectInvitationPage")}
    SELECT ${selectColumns(organizationId)} FROM invitations i
    WHERE i.organization_id = ${organizationId} AND ${filterConditions(list)} AND ${afterCursor}
    ORDER BY i.created_at DESC, i.invitation_id DESC LIMIT ${list.limit}`);
  return rows.map(readInvitation);
}

/** The number of matches, counted up to one above the cap. */
async function countMatching(tx: Tx, filter: InvitationFilter): Promise<number> {
  const { rows } = await tx.query(
    sql<{ count: number }>`${named("countMatching")}SELECT ${countQuery(filter)} AS count`,
  );
  return rows[0]?.count ?? 0;
}

/** The number of matches by status, each counted up to one above the cap. */
async function countByStatus(
  tx: Tx,
  filter: Omit<InvitationFilter, "status" | "delivery">,
): Promise<Readonly<Record<InvitationStatus | "failed", number>>> {
  const count = (status: InvitationStatus, delivery?: Delivery) =>
    countQuery({ ...filter, status, delivery });
  const { rows } = await tx.query(sql<{
    pending: number;
    expired: number;
    failed: number;
    accepted: number;
    revoked: number;
  }>`${named("countByStatus")}
    SELECT ${count("pending")} AS pending, ${count("expired")} AS expired, ${count("pending", "failed")} AS failed,
      ${count("accepted")} AS accepted, ${count("revoked")} AS revoked`);
  return rows[0] ?? { pending: 0, expired: 0, failed: 0, accepted: 0, revoked: 0 };
}

function countQuery(filter: InvitationFilter): Statement {
  return sql`(SELECT count(*)::integer FROM (
      SELECT FROM invitations i WHERE i.organization_id = ${filter.organizationId} AND ${filterConditions(filter)}
      LIMIT ${maxCounted + 1}) AS counted)`;
}

function filterConditions(filter: InvitationFilter): Statement {
  const { status, delivery, now } = filter;
  const statusConditions = {
    pending: isPending(now),
    expired: sql`i.status = 'pending' AND i.expires_at <= ${now}`,
    accepted: sql`i.status = 'accepted'`,
    revoked: sql`i.status = 'revoked'`,
  };
  const words = filter.words.map((word) => sql`i.search_key LIKE ${toContainsPattern(word)}`);
  const deliveryConditions = delivery === undefined ? [] : [sql`i.delivery = ${delivery}`];
  return joinSql(
    [status === undefined ? sql`true` : statusConditions[status], ...deliveryConditions, ...words],
    " AND ",
  );
}
