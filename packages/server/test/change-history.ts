/** Another history of a database in place: what a restore, or a failover to a replica that lagged, looks like in the log. */
import type { TestApp } from "./create-test-app.ts";

/** The last event of an organization becomes another one, as in a history that parted from this one just before it. */
export async function changeHistory(t: Pick<TestApp, "sql" | "deps">, organizationId: string): Promise<void> {
  const hash = t.deps.ids.next().replaceAll("-", "").repeat(2);
  const which = `organization_id = '${organizationId}'`;
  await t.sql(`
    SET session_replication_role = replica;
    UPDATE audit_events SET hash = '${hash}' WHERE ${which}
      AND sequence = (SELECT sequence FROM audit_heads WHERE ${which});
    UPDATE audit_heads SET hash = '${hash}' WHERE ${which};
    RESET session_replication_role`);
}
