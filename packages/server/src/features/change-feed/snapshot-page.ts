/** Pages of a snapshot, in columns: a program doesn't need an object for each of a million users. */
import type { AccessSnapshot } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { prepare, type Statement, sql } from "../../db/sql.ts";

/** Users on a page: about 100 kB of JSON. */
export const snapshotPageSize = 2_000;

/** A page of active users. */
export interface SnapshotPage {
  /** Users on the page, with or without grants. */
  readonly count: number;
  /** Null for an empty page. */
  readonly lastId: string | null;
  readonly columns: Omit<AccessSnapshot, "read">;
}

/** The next active users after an id, with their grants. */
export async function readSnapshotPage(
  tx: Tx,
  organizationId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<SnapshotPage> {
  // The aggregates need no ORDER BY: they read `held`, which is sorted once.
  const { rows } = await tx.query(sql<GrantColumns>`${prepare("readSnapshotPage")}
    WITH page AS MATERIALIZED (
      SELECT u.user_id, u.external_id FROM users u
      WHERE u.organization_id = ${organizationId} AND u.status = 'active' AND u.user_id > ${after}::uuid
      ORDER BY u.user_id LIMIT ${limit}),
    held AS MATERIALIZED (
      SELECT g.user_id, p.external_id, g.role_id, g.granted_by_type, g.granted_by_id, g.granted_by_name, g.granted_at,
        g.expires_at
      FROM user_roles g JOIN page p ON p.user_id = g.user_id
      WHERE g.organization_id = ${organizationId} AND g.user_id > ${after}::uuid
        AND g.user_id <= (SELECT l.user_id FROM page l ORDER BY l.user_id DESC LIMIT 1)
      ORDER BY g.user_id, g.granted_at, g.role_id),
    numbered AS (SELECT h.*, row_number() OVER () - 1 AS position FROM held h)
    SELECT (SELECT count(*) FROM page)::integer AS count,
      (SELECT l.user_id FROM page l ORDER BY l.user_id DESC LIMIT 1) AS "lastId",
      COALESCE(string_agg(n.user_id::text, ','), '') AS "userIds", COALESCE(string_agg(n.role_id::text, ','), '') AS "roleIds",
      COALESCE(json_agg(json_build_array(n.granted_by_type, n.granted_by_id, n.granted_by_name)), '[]') AS actors,
      COALESCE(string_agg(${toMilliseconds(sql`n.granted_at`)}::text, ','), '') AS "grantedAt",
      COALESCE(json_object_agg(n.position, ${toMilliseconds(sql`n.expires_at`)})
        FILTER (WHERE n.expires_at IS NOT NULL), '{}') AS "expiresAt",
      COALESCE(json_object_agg(n.position, n.external_id)
        FILTER (WHERE n.external_id IS NOT NULL), '{}') AS "externalIds"
    FROM numbered n`);
  const [row] = rows;
  if (row === undefined) throw new Error("An aggregate always returns one row.");
  return { count: row.count, lastId: row.lastId, columns: toColumns(row) };
}

/** Lists with an element for each grant, user after user. */
interface GrantColumns extends Pick<SnapshotPage, "count" | "lastId"> {
  /** With commas between them. */
  readonly userIds: string;
  readonly roleIds: string;
  readonly grantedAt: string;
  readonly actors: readonly (readonly [AccessSnapshot["actors"][number]["type"], string | null, string])[];
  /** By index of the grant. */
  readonly expiresAt: Readonly<Record<string, number>>;
  readonly externalIds: Readonly<Record<string, string>>;
}

function toMilliseconds(time: Statement): Statement {
  return sql`trunc(extract(epoch FROM ${time}) * 1000)::bigint`;
}

function toColumns(row: GrantColumns): SnapshotPage["columns"] {
  const [roleIds, actors] = [
    createDictionary<string>(),
    createDictionary<AccessSnapshot["actors"][number]>(),
  ];
  const userIds: string[] = [];
  const starts: number[] = [];
  const externalIds: Record<string, string> = {};
  split(row.userIds).forEach((userId, at) => {
    if (userIds.at(-1) !== userId) {
      userIds.push(userId);
      starts.push(at);
    }
    const externalId = row.externalIds[at];
    if (externalId !== undefined) externalIds[userIds.length - 1] = externalId;
  });
  return {
    userIds: userIds.join(""),
    starts,
    roles: split(row.roleIds).map((id) => roleIds.add(id, id)),
    roleIds: roleIds.values,
    grantedBy: row.actors.map(([type, id, name]) => actors.add(`${type} ${id} ${name}`, { type, id, name })),
    actors: actors.values,
    grantedAt: split(row.grantedAt).map(Number),
    expiresAt: row.expiresAt,
    externalIds,
  };
}

function split(list: string): readonly string[] {
  return list === "" ? [] : list.split(",");
}

/** Different values, in the order in which they were added. `add` returns the index of a value. */
function createDictionary<T>() {
  const indexes = new Map<string, number>();
  const values: T[] = [];
  const add = (key: string, value: T): number => {
    const index = indexes.get(key) ?? values.push(value) - 1;
    indexes.set(key, index);
    return index;
  };
  return { values, add };
}
