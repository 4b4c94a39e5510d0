/** Lists that are read on a replica. */
import { expect, onTestFinished, test } from "vitest";
import { createFactories } from "../../test/factories.ts";
import { type Standby, startStandby } from "../../test/postgres-standby.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { checkReplicaServer } from "../cli/check-replica.ts";
import { systemIds } from "../ports/ids.ts";
import type { OpenDatabase } from "./database.ts";
import type { Engine } from "./engine.ts";
import { createDatabase, openPostgres } from "./open.ts";
import { createReplica } from "./replica.ts";
import { sql } from "./sql.ts";

interface Fixture {
  readonly t: TestDatabase;
  readonly standby: Standby;
  readonly engine: Engine;
  readonly db: OpenDatabase;
  readonly organizationId: string;
  /** Renames the organization on the primary. */
  readonly rename: (name: string) => Promise<void>;
  /** Reads its name as a list does, and whether a replica answered. */
  readonly read: () => Promise<{ readonly name: string; readonly isReplica: boolean }>;
}

async function open(): Promise<Fixture> {
  const t = await createTestDatabase();
  onTestFinished(t.close);
  const factories = createFactories({ db: t.db, clock: { now: () => new Date() }, ids: systemIds });
  const { organizationId } = await factories.organization("First");
  const standby = await startStandby();
  onTestFinished(standby.stop);
  const url = new URL(t.url ?? "");
  const replicaUrl = new URL(url);
  replicaUrl.searchParams.set("host", standby.socket.replace("/.s.PGSQL.5432", ""));
  const engine = openPostgres(url.href, { replicaUrl: replicaUrl.href });
  onTestFinished(engine.close);
  // Without the pause after a failure, which would hide the next one.
  const replica = createReplica(engine.pool, engine.replica?.pool ?? engine.pool, 0);
  const db = createDatabase({ ...engine, replica });
  return {
    t,
    standby,
    engine,
    db,
    organizationId,
    rename: async (name) => {
      await db.tenant(organizationId, (tx) =>
        tx.query(sql`UPDATE organizations SET name = ${name} WHERE organization_id = ${organizationId}`),
      );
    },
    read: () =>
      db.tenant(
        organizationId,
        async (tx) => {
          const { rows } = await tx.query(sql<{ name: string; isReplica: boolean }>`
            SELECT o.name, pg_is_in_recovery() AS "isReplica" FROM organizations o
            WHERE o.organization_id = ${organizationId}`);
          const [row] = rows;
          if (row === undefined) throw new Error("The organization is missing.");
          return row;
        },
        { readOnly: true, mayUseReplica: true },
      ),
  };
}

/** Reads until a replica answered. */
async function readOnReplica(read: Fixture["read"]) {
  await expect.poll(async () => (await read()).isReplica, { timeout: 30_000 }).toBe(true);
}

test("answers lists, and never without what was committed before", async () => {
  const { rename, read, engine } = await open();
  for (let round = 0; round < 100; round += 1) {
    await rename(`Name ${round}`);
    expect((await read()).name).toBe(`Name ${round}`);
  }
  await readOnReplica(read);
  expect((await read()).name).toBe("Name 99");
  expect(await checkReplicaServer(engine)).toMatchObject({ isRead: true });
});

test("the primary answers while the replica is behind, is promoted, or is gone", async () => {
  const { standby, rename, read, engine } = await open();
  await readOnReplica(read);
  const expectPrimary = async (name: string) => {
    await rename(name);
    expect(await read()).toEqual({ name, isReplica: false });
  };

  await standby.stopReplication();
  await expectPrimary("Behind");
  await standby.promote();
  await expectPrimary("Promoted");
  expect(await checkReplicaServer(engine)).toMatchObject({
    isRead: false,
    detail: expect.stringContaining("promoted"),
  });
  await standby.stop();
  await expectPrimary("Gone");
});

test("writes and other reads stay on the primary", async () => {
  const { db, organizationId, read } = await open();
  await readOnReplica(read);
  const { rows } = await db.tenant(
    organizationId,
    (tx) => tx.query(sql<{ isReplica: boolean }>`SELECT pg_is_in_recovery() AS "isReplica"`),
    { readOnly: true },
  );
  expect(rows).toEqual([{ isReplica: false }]);
  expect(db.readConnections().map(({ pool }) => pool)).toEqual(["general", "priority", "replica"]);
});
