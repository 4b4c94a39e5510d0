/** The sign-ins of an account, for the person to look at: 90 days, failed ones too. */
import type { SignInEntry, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { AccountActor, RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import {
  cappedTotal,
  cursorInstant,
  cutPage,
  decodeCursor,
  defaultLimit,
  maxCounted,
} from "../../http/pagination.ts";
import type { SessionMethod } from "./queries.ts";

const day = 24 * 3_600_000;
const keptMs = 90 * day;
const minuteMs = 60_000;

/** Sign-ins of one outcome that don't succeed, and that are kept for an account: strangers can cause failures. */
const maxKept = { inMinute: 10, inDay: 200 };

/** A sign-in to remember. */
export interface NewSignIn {
  readonly accountId: string;
  readonly method: SignInEntry["method"];
  readonly outcome: SignInEntry["outcome"];
  readonly origin: Pick<RequestOrigin, "ip" | "userAgent">;
}

/** Adds a sign-in to the history of its account; one that didn't succeed only if there aren't many lately. */
export async function insertSignIn(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { accountId, method, outcome, origin: { ip, userAgent } }: NewSignIn,
): Promise<void> {
  const now = deps.clock.now();
  const [minuteAgo, dayAgo] = [new Date(now.getTime() - minuteMs), new Date(now.getTime() - day)];
  await tx.query(sql`${named("insertSignIn")}
    INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome, ip, user_agent)
    SELECT ${deps.ids.next()}::uuid, a.account_id, ${now}::timestamptz, ${method}::text, ${outcome}::text, ${ip}::text,
      ${userAgent}::text
    FROM accounts a WHERE a.account_id = ${accountId} AND (${outcome}::text = 'success' OR (
      SELECT count(*) < ${maxKept.inDay} AND count(*) FILTER (WHERE at > ${minuteAgo}) < ${maxKept.inMinute}
      FROM sign_ins WHERE account_id = ${accountId} AND at > ${dayAgo} AND outcome = ${outcome}))`);
}

/** A successful sign-in. */
interface Success {
  readonly at: Date;
  readonly ip: string | null;
}

/** The last successful sign-ins of an account, the newest first: enough to know from where a person signs in. */
export async function listSuccesses(tx: Tx, accountId: string): Promise<readonly Success[]> {
  const { rows } = await tx.query(sql<Success>`${named("listSuccesses")}
    SELECT at, ip FROM sign_ins WHERE account_id = ${accountId} AND outcome = 'success'
    ORDER BY at DESC, sign_in_id LIMIT 200`);
  return rows;
}

const cursorKeys = z.strictObject({ at: cursorInstant, id: z.uuid() });

interface StoredSignIn {
  readonly id: string;
  readonly at: Date;
  readonly method: SessionMethod;
  readonly outcome: "success" | "failure" | "second-factor-pending";
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/**
 * The sign-ins of the last 90 days, the newest first.
 * @throws ApiError request/cursor
 */
export async function listMySignIns(
  deps: Pick<Deps, "db" | "clock">,
  { accountId }: Pick<AccountActor, "accountId">,
  query: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Promise<{ items: SignInEntry[]; nextCursor: string | null; total: Total }> {
  const { limit = defaultLimit } = query;
  const after = decodeCursor(cursorKeys, query.cursor);
  const since = new Date(deps.clock.now().getTime() - keptMs);
  return deps.db.shared(
    async (tx) => {
      const isAfter =
        after === null
          ? sql`true`
          : sql`(at < ${after.at} OR (at = ${after.at} AND sign_in_id > ${after.id}::uuid))`;
      const { rows } = await tx.query(sql<StoredSignIn>`${named("listMySignIns")}
        SELECT sign_in_id AS id, at, method, outcome, ip, user_agent AS "userAgent" FROM sign_ins
        WHERE account_id = ${accountId} AND at > ${since} AND ${isAfter}
        ORDER BY at DESC, sign_in_id LIMIT ${limit + 1}`);
      const { items, nextCursor } = cutPage(rows, limit, ({ at, id }) => ({ at: at.toISOString(), id }));
      const counted =
        after === null && nextCursor === null ? items.length : await countSignIns(tx, accountId, since);
      const views = items.map(({ id: _, at, ...rest }) => ({ at: at.toISOString(), ...rest }));
      return { items: views, nextCursor, total: cappedTotal(counted) };
    },
    { readOnly: true },
  );
}

async function countSignIns(tx: Tx, accountId: string, since: Date): Promise<number> {
  const { rows } = await tx.query(sql<{ count: number }>`${named("countSignIns")}
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM sign_ins WHERE account_id = ${accountId} AND at > ${since} LIMIT ${maxCounted + 1}) AS counted`);
  return rows[0]?.count ?? 0;
}
