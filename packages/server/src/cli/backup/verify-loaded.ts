/** Checks the audit chains of loaded data, and records the restore in them, in the transaction that loads it. */

import { CommandError } from "@gatehouse/cli";
import type pg from "pg";
import { record } from "../../audit/record.ts";
import { sealEvents } from "../../audit/seal.ts";
import { listOrganizations, verifyEvents } from "../../audit/verify.ts";
import type { Tx } from "../../db/database.ts";
import { setOrganizationSql } from "../../db/enter-organization.ts";
import { type Query, sql } from "../../db/sql.ts";
import { systemIds } from "../../ports/ids.ts";
import type { AuditHead } from "./backup-format.ts";

/**
 * Verifies every chain and compares its head with the manifest, if that has heads.
 * @throws CommandError when a head differs
 */
export async function verifyLoaded(
  client: pg.ClientBase,
  heads: readonly AuditHead[],
): Promise<{ readonly organizations: readonly string[]; readonly broken: readonly string[] }> {
  const expected = new Map(heads.map((head) => [head.organizationId, head]));
  const found = await listOrganizations(client);
  const broken: string[] = [];
  for (const { id, isThere } of found) {
    await enterAsApplication(client, id);
    const report = await verifyEvents(toTx(client), id);
    if (!isThere || report.brokenAt !== null) broken.push(id);
    const head = expected.get(id);
    expected.delete(id);
    // Without a sealed event there is no head.
    if (heads.length === 0 || report.brokenAt !== null || (head === undefined && report.events === 0))
      continue;
    if (head?.sequence !== report.events || head.hash !== report.head) throw headsDiffer(id);
  }
  await client.query("set local role none");
  for (const id of expected.keys()) throw headsDiffer(id);
  return { organizations: found.filter(({ isThere }) => isThere).map(({ id }) => id), broken };
}

function headsDiffer(organizationId: string): CommandError {
  return new CommandError(
    `The audit log of ${organizationId} doesn't end as the manifest says: everything was rolled back. Use another copy of the backup.`,
    { code: "backup/heads-differ" },
  );
}

/** Appends an event to every chain that says from when the data is, after the events that weren't sealed in the backup. */
export async function recordRestore(
  client: pg.ClientBase,
  organizations: readonly string[],
  { madeAt, at }: { readonly madeAt: string; readonly at: Date },
): Promise<void> {
  const deps = { clock: { now: () => at }, ids: systemIds };
  const origin = { ip: null, userAgent: "gatehouse restore", requestId: systemIds.next() };
  for (const organizationId of organizations) {
    await enterAsApplication(client, organizationId);
    const tx = toTx(client);
    const { rows } = await tx.query(
      sql<{ name: string }>`SELECT name FROM organizations WHERE organization_id = ${organizationId}`,
    );
    const actor = { type: "system", id: null, name: "Command line", organizationId, origin } as const;
    const target = { type: "organization", id: organizationId, name: rows[0]?.name ?? "" };
    const changes = [{ field: "backupMadeAt", before: null, after: madeAt }] as const;
    await record(deps, tx, actor, [{ action: "organizations.backup-restored", target, changes }]);
    await tx.runDeferred();
    while ((await sealEvents(tx, organizationId)) === "more");
  }
  await client.query("set local role none");
}

async function enterAsApplication(client: pg.ClientBase, organizationId: string): Promise<void> {
  await client.query(`set local role gatehouse_app; ${setOrganizationSql(organizationId)}`);
}

/** The part of `Tx` that the audit log needs. Nobody listens to the changes of a database that is being loaded. */
function toTx(client: pg.ClientBase): Pick<Tx, "query" | "publishChange" | "deferToCommit" | "runDeferred"> {
  const deferred: Parameters<Tx["deferToCommit"]>[0][] = [];
  const query: Tx["query"] = async <Row>({ text, values }: Query<Row>) => {
    const { rows, rowCount, fields } = await client.query(text, [...values]);
    return { rows: rows as Row[], rowCount: rowCount ?? 0, fields };
  };
  return {
    query,
    publishChange: () => undefined,
    deferToCommit: (statement) => deferred.push(statement),
    runDeferred: async () => {
      for (const one of deferred.splice(0)) await query(typeof one === "function" ? one() : one);
    },
  };
}
