/** Makes the outbox's tables and queues. */
import type { Engine } from "../database/engine.ts";
import { bossSchema, createBoss } from "./boss.ts";
import { queueNames, queues } from "./queues.ts";

/**
 * Installs or upgrades pg-boss and makes the queues. Needs the user that owns the database; does nothing where all is
 * in place. Several processes may call it at once.
 */
export async function installOutbox(engine: Engine): Promise<void> {
  const failures: unknown[] = [];
  const boss = createBoss(engine, { installs: true }, (error) => failures.push(error));
  try {
    await boss.start();
    for (const name of queueNames) await makeQueue(boss, name);
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures.length > 0) throw new AggregateError(failures, "The outbox could not be installed.");
  await grantToApplication(engine);
}

async function makeQueue(
  boss: ReturnType<typeof createBoss>,
  name: (typeof queueNames)[number],
): Promise<void> {
  const wanted = { ...queues[name], retryBackoff: true };
  const existing = await boss.getQueue(name);
  if (existing === null) return boss.createQueue(name, wanted);
  const isSame = Object.entries(wanted).every(
    ([key, value]) => existing[key as keyof typeof wanted] === value,
  );
  if (!isSame) await boss.updateQueue(name, wanted);
}

/** The application's role puts jobs into the queues and works on them; tables and functions stay their owner's, and nobody else's. */
async function grantToApplication(engine: Engine): Promise<void> {
  const { rows } = await engine.pool.query(`
    SELECT (SELECT count(*) FROM pg_class
             WHERE relnamespace = '${bossSchema}'::regnamespace AND relkind IN ('r', 'p')
               AND NOT has_table_privilege('gatehouse_app', oid, 'DELETE'))
         + (SELECT count(*) FROM pg_proc p
             WHERE p.pronamespace = '${bossSchema}'::regnamespace
               AND (NOT has_function_privilege('gatehouse_app', p.oid, 'EXECUTE')
                 OR EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0))) AS count`);
  if (rows[0]?.count === 0) return;
  await engine.pool.query(`
    SELECT pg_advisory_xact_lock(7236837002); -- two that grant the same at once would fail
    GRANT USAGE ON SCHEMA ${bossSchema} TO gatehouse_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${bossSchema} TO gatehouse_app;
    REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ${bossSchema} FROM PUBLIC;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${bossSchema} TO gatehouse_app`);
}
