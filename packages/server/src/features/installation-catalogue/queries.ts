/** SQL for the installation's catalogue and for what its pushes did. */
import type { AuditActor } from "../../audit/record.ts";
import type { Tx } from "../../db/database.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { named, prepare, sql } from "../../db/sql.ts";
import type { RoleContent } from "../roles/index.ts";

/** A template of a role as it is stored. */
export interface StoredTemplate extends RoleContent {
  readonly key: string;
}

/** Who pushed: the actor of the audit events in the organizations. */
export type PushActor = Pick<AuditActor, "name" | "origin">;

/** The row of the installation's catalogue. */
export interface StoredPush {
  /** The number in `rowVersion`. */
  readonly version: number;
  /** The ETag. */
  readonly rowVersion: RowVersion;
  readonly definition: unknown;
  /** Of the definition, as the database computes it for an organization's. */
  readonly definitionHash: string;
  readonly roles: readonly StoredTemplate[];
  /** Null for all. */
  readonly dropped: readonly string[] | null;
  readonly pushedBy: PushActor;
  readonly pushedAt: Date;
}

/** The installation's catalogue; null before the first push. Sees nothing in a transaction of an organization. */
export async function findPush(tx: Tx): Promise<StoredPush | null> {
  const { rows } = await tx.query(sql<StoredPush>`${named("findPush")}
    SELECT c.version, ${rowVersion("c")} AS "rowVersion", c.definition, md5(c.definition::text) AS "definitionHash", c.roles,
      c.dropped, c.pushed_by AS "pushedBy", c.pushed_at AS "pushedAt"
    FROM installation_catalogue c`);
  return rows[0] ?? null;
}

/** The hash of a definition that isn't stored. */
export async function hashDefinition(tx: Tx, definition: string): Promise<string> {
  const { rows } = await tx.query(sql<{ hash: string }>`${named("hashDefinition")}
    SELECT md5(${definition}::jsonb::text) AS hash`);
  return rows[0]?.hash ?? "";
}

/** Waits for other pushes, and for organizations that are being created with the catalogue of before. */
export async function lockPushes(tx: Tx): Promise<void> {
  await tx.query(sql`${named("lockPushes")} SELECT FROM installation FOR UPDATE`);
}

/** Stores a push, and returns its version. */
export async function storePush(
  tx: Tx,
  push: Pick<StoredPush, "roles" | "dropped" | "pushedBy" | "pushedAt"> & { readonly definition: string },
): Promise<Pick<StoredPush, "version" | "rowVersion">> {
  const { definition, dropped, pushedAt } = push;
  const [roles, pushedBy] = [JSON.stringify(push.roles), JSON.stringify(push.pushedBy)];
  const { rows } = await tx.query(sql<Pick<StoredPush, "version" | "rowVersion">>`${named("storePush")}
    INSERT INTO installation_catalogue AS c (definition, roles, dropped, pushed_by, pushed_at)
    VALUES (${definition}::jsonb, ${roles}::jsonb, ${dropped}::text[], ${pushedBy}::jsonb, ${pushedAt}::timestamptz)
    ON CONFLICT (singleton) DO UPDATE SET definition = excluded.definition, roles = excluded.roles, dropped = excluded.dropped,
      pushed_by = excluded.pushed_by, pushed_at = excluded.pushed_at, version = c.version + 1
    RETURNING c.version, ${rowVersion("c")} AS "rowVersion"`);
  const [row] = rows;
  if (row === undefined) throw new Error("The push was not stored.");
  return row;
}

/** The version of the last push; null before the first one. */
export async function findPushVersion(tx: Tx): Promise<number | null> {
  const { rows } = await tx.query(sql<{ version: number }>`${named("findPushVersion")}
    SELECT c.version FROM installation_catalogue c`);
  return rows[0]?.version ?? null;
}

/** Organizations with an id above `after` in which a push hasn't ended, in the order of their ids. */
export async function listToDo(
  tx: Tx,
  version: number,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ id: string }>`${named("listPushesToDo")}
    SELECT id FROM list_catalogue_pushes_to_do(${version}, ${after}::uuid, ${limit}) AS id`);
  return rows.map(({ id }) => id);
}

/** In how many organizations a push ended, and how. */
export interface PushCounts {
  readonly organizations: number;
  readonly changed: number;
  readonly same: number;
  readonly failed: number;
}

/** Counts what a push did. */
export async function countPushes(tx: Tx, version: number): Promise<PushCounts> {
  const { rows } = await tx.query(sql<PushCounts>`${named("countPushes")}
    SELECT c.organizations::integer, c.changed::integer, c.same::integer, c.failed::integer
    FROM count_catalogue_pushes(${version}) c`);
  return rows[0] ?? { organizations: 0, changed: 0, same: 0, failed: 0 };
}

/** An organization in which a push failed. */
export interface PushFailure {
  readonly organizationId: string;
  readonly name: string;
  readonly code: string;
  readonly detail: string;
}

/** The first failures of a push after an organization. */
export async function listFailures(
  tx: Tx,
  version: number,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<readonly PushFailure[]> {
  const { rows } = await tx.query(sql<PushFailure>`${named("listPushFailures")}
    SELECT f.organization_id AS "organizationId", f.name, f.code, f.detail
    FROM list_catalogue_push_failures(${version}, ${after}::uuid, ${limit}) f`);
  return rows;
}

/** How a push ended in an organization. */
export type PushOutcome =
  | { readonly outcome: "changed" | "same" }
  | { readonly outcome: "failed"; readonly code: string; readonly detail: string };

/** Stores with the commit how a push ended in an organization. */
export function storeOutcome(
  tx: Pick<Tx, "deferToCommit">,
  organizationId: string,
  result: PushOutcome & { readonly version: number; readonly now: Date },
): void {
  const { code, detail } = result.outcome === "failed" ? result : { code: null, detail: null };
  tx.deferToCommit(sql`${prepare("storePushOutcome")}
    INSERT INTO catalogue_pushes (organization_id, version, outcome, code, detail, ended_at)
    VALUES (${organizationId}::uuid, ${result.version}::integer, ${result.outcome}::text, ${code}::text, ${detail}::text,
      ${result.now}::timestamptz)
    ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version, outcome = excluded.outcome, code = excluded.code,
      detail = excluded.detail, ended_at = excluded.ended_at`);
}
