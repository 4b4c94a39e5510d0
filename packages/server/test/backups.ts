/** Databases to back up and to restore into. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { type AuditEntry, record } from "../src/audit/record.ts";
import { signaturePurpose } from "../src/cli/backup/backup-format.ts";
import { type LoadOptions, type LoadResult, loadInto } from "../src/cli/backup/load-backup.ts";
import { type CheckedBackup, readBackupPages } from "../src/cli/backup/read-backup.ts";
import { openEmbedded } from "../src/db/embedded/open-embedded.ts";
import type { Engine } from "../src/db/engine.ts";
import { openPostgres } from "../src/db/open.ts";
import { openOutbox } from "../src/jobs/outbox.ts";
import type { Clock } from "../src/ports/clock.ts";
import { systemIds } from "../src/ports/ids.ts";
import { createSecrets } from "../src/ports/secrets.ts";
import { asSuperuser, createDatabaseOnServer, serverUrl, toDatabaseUrl } from "./database-template.ts";
import { createFactories } from "./factories.ts";
import { engineUnderTest, type TestDatabase } from "./test-database.ts";

const { sign } = createSecrets("a secret key that only tests know, 32+");

/** Signs a manifest. */
export function signBackup(text: string): string {
  return sign(signaturePurpose, text);
}

/** Restores a backup that was checked. */
export function loadChecked(
  engine: Engine,
  checked: CheckedBackup,
  options: LoadOptions = { restoredAt: null },
): Promise<LoadResult> {
  const pages = () => readBackupPages(checked, () => undefined);
  return loadInto(engine, { header: checked.header, pages, manifest: () => checked.manifest }, options);
}

/** An empty database on the engine under test, opened as its plain owner, and queries as a superuser. `made` gets how to remove it. */
export async function createEmptyTarget(
  made: (() => Promise<void>)[],
): Promise<{ readonly engine: Engine; readonly sql: TestDatabase["sql"] }> {
  if (engineUnderTest() === "embedded") {
    const engine = await openEmbedded({ folder: null });
    made.push(engine.close);
    return { engine, sql: async (text, values = []) => (await engine.pool.query(text, [...values])).rows };
  }
  const name = `restored_${randomUUID().replaceAll("-", "")}`;
  const engine = openPostgres(await createDatabaseOnServer(name));
  const superuser = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), name) });
  await superuser.connect();
  made.push(async () => {
    await engine.close();
    await superuser.end();
    await asSuperuser(serverUrl(), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  });
  return { engine, sql: async (text, values = []) => (await superuser.query(text, [...values])).rows };
}

/** Two organizations with values that are easy to lose: unusual texts, microseconds, null in JSON, a job, a session. */
export async function fillDatabase(source: TestDatabase, clock: Clock): Promise<void> {
  const factories = createFactories({ db: source.db, clock, ids: systemIds });
  for (const name of ["Acme", 'Ünlü "Pazarlama" \u2028\\n A.Ş.']) {
    const organization = await factories.organization(name);
    const { organizationId, owner } = organization;
    await factories.users(
      organization,
      Array.from({ length: 30 }, (_, n) => ({ name: `Person ${n}\n"quoted" \u2029 {,}` })),
    );
    await factories.apiKey(organization, { permissions: ["users:view"] });
    await factories.session(owner);
    const origin = { ip: null, userAgent: null, requestId: "r" };
    const actor = { type: "user", id: owner.userId, name: owner.name, organizationId, origin } as const;
    const entry: AuditEntry = {
      action: "users.edited",
      target: { type: "user", id: null, name },
      changes: [{ field: "name", before: null, after: { deep: [1.5, "\u0001", null] } }],
    };
    await source.db.tenant(organizationId, (tx) =>
      record(
        { clock, ids: systemIds },
        tx,
        actor,
        Array.from({ length: 1_100 }, () => entry),
      ),
    );
    await source.sql(
      "INSERT INTO idempotency_keys VALUES ($1, $2, 'k', 'h', 200, 'null', '2026-01-02 03:04:05.678901+00')",
      [organizationId, owner.userId],
    );
    await source.sql(
      "INSERT INTO catalogue_pushes VALUES ($1, 1, 'failed', 'roles/name-taken', 'Ünlü', '2026-01-02 03:04:05.678901+00')",
      [organizationId],
    );
    await source.sql(
      "INSERT INTO role_templates VALUES ($1, 'marketer', $2, true, ''), ($1, 'gone', NULL, false, 'h')",
      [organizationId, organization.roles.marketer],
    );
  }
  await source.sql(`INSERT INTO installation_catalogue (definition, roles, dropped, pushed_by, pushed_at)
    VALUES ('[]', '[{"key": "marketer", "name": "Ünlü"}]', '{a:b}', '{"name": "Operator"}', '2026-01-02 03:04:05.678901+00')`);
  await source.sql(
    "UPDATE installation SET setup_at = now(), worker_seen_at = now(), secret_key_fingerprint = repeat('a', 32)",
  );
  const outbox = await openOutbox(source.engine, () => undefined);
  const job = {
    kind: "invitation-mail",
    organizationId: systemIds.next(),
    invitationId: systemIds.next(),
    generation: 3,
  } as const;
  await source.db.shared((tx) => outbox.enqueue(tx, [job]));
  await outbox.close();
}
