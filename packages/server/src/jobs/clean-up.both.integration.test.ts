import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type Factories } from "../../test/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock } from "../../test/test-doubles.ts";
import { listOwnTables } from "../db/check-privileges.ts";
import type { Tx } from "../db/database.ts";
import { systemIds } from "../ports/ids.ts";
import { cleanUp } from "./clean-up.ts";

let t: TestDatabase;
let factories: Factories;
const clock = createTestClock();
beforeAll(async () => {
  t = await createTestDatabase();
  factories = createFactories({ db: t.db, clock, ids: systemIds });
});
afterAll(() => t.close());

const hours = 3_600_000;

/** What ends the rows of each table. */
const lifetimes: Readonly<Record<string, string>> = {
  account_links: "clean-up",
  account_organizations: "its user",
  account_passkeys: "its account",
  account_recovery_codes: "its account",
  account_totp: "its account",
  accounts: "kept: a person may join again",
  api_keys: "kept: ended keys show past access",
  audit_events: "kept: the log is append-only",
  audit_heads: "one for each organization",
  catalogue_pushes: "one for each organization",
  catalogues: "one for each organization",
  ended_sessions: "clean-up",
  gatehouse_migrations: "one for each migration",
  grant_reminders: "clean-up",
  idempotency_keys: "clean-up",
  installation: "one",
  installation_catalogue: "one",
  invitation_mails: "clean-up",
  invitation_roles: "its invitation",
  invitations: "kept: they show who was invited",
  operator_requests: "clean-up",
  organizations: "kept until the operator deletes them",
  panel_consents: "its user",
  panel_sessions: "clean-up",
  paused_jobs: "kept until the organization is active again",
  removed_organizations: "kept",
  role_permissions: "its role",
  role_templates: "one for each organization and template, until the template is no longer declared",
  role_user_counts: "its role",
  roles: "kept until they are deleted",
  session_uses: "clean-up",
  sessions: "clean-up",
  setup_tokens: "clean-up",
  sign_in_challenges: "clean-up",
  sign_ins: "clean-up",
  throttles: "clean-up",
  unsealed_audit_events: "sealed: moved to audit_events",
  used_challenges: "clean-up",
  user_import_parts: "clean-up",
  user_import_rows: "clean-up",
  user_imports: "clean-up",
  user_job_users: "clean-up",
  user_jobs: "clean-up",
  user_roles: "its user or its role",
  users: "kept until they are removed",
};

test("every table is known: its rows are kept, belong to others, or are deleted by the clean-up", async () => {
  expect([...listOwnTables()].sort()).toEqual(Object.keys(lifetimes));
  const statements: string[] = [];
  const watched = (tx: Tx): Tx => ({
    ...tx,
    query: (statement) => {
      statements.push(statement.text);
      return tx.query(statement);
    },
  });
  const db: TestDatabase["db"] = {
    ...t.db,
    shared: (work, options) => t.db.shared((tx) => work(watched(tx)), options),
    tenant: (id, work, options) => t.db.tenant(id, (tx) => work(watched(tx)), options),
  };
  await factories.organization();
  await cleanUp({ db, clock });
  const cleaned = statements.flatMap((text) => /^\s*DELETE FROM (\w+)/.exec(text)?.[1] ?? []);
  const expected = Object.keys(lifetimes).filter((table) => lifetimes[table] === "clean-up");
  expect([...new Set(cleaned)].sort()).toEqual(expected);
});

test("deletes expired rows and keeps valid ones", async () => {
  const [acme, other] = [await factories.organization(), await factories.organization()];
  const at = (offset: number) => new Date(clock.now().getTime() + offset);
  await factories.session(acme.owner);
  await factories.session(other.owner);
  await t.sql("UPDATE sessions SET last_seen_at = $1 WHERE account_id = $2", [
    at(-12 * hours),
    other.owner.accountId,
  ]);
  for (const [name, offset] of [
    ["old", 0],
    ["new", 1],
  ] as const) {
    await t.sql("INSERT INTO throttles VALUES ($1, 1, $2, $2)", [name, at(offset)]);
    await t.sql("INSERT INTO setup_tokens VALUES ($1, $2, $2)", [name, at(offset)]);
    await t.sql("INSERT INTO used_challenges VALUES ($1, $2)", [name, at(offset)]);
    await t.sql("INSERT INTO sign_in_challenges VALUES ($1, $2, $3, $3)", [
      name,
      acme.owner.accountId,
      at(offset),
    ]);
    await t.sql(
      `INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome, user_agent)
       VALUES (gen_random_uuid(), $1, $2, 'password', 'success', $3)`,
      [acme.owner.accountId, at(-90 * 24 * hours + offset), name],
    );
  }
  for (const [name, age] of [
    ["old", -30 * 24 * hours],
    ["new", -29 * 24 * hours],
  ] as const) {
    await t.sql(
      `INSERT INTO account_links (token_hash, link_id, purpose, account_id, email, created_at, expires_at)
       VALUES ($1, gen_random_uuid(), 'password-reset', $2, 'a@b.example', $3, $3)`,
      [name, acme.owner.accountId, at(age)],
    );
    await t.sql("INSERT INTO ended_sessions VALUES ($1, $2, $3, 'Acme', $4)", [
      name,
      acme.owner.accountId,
      acme.organizationId,
      at(age),
    ]);
  }
  for (const { organizationId, owner } of [acme, other]) {
    for (const [key, age] of [
      ["old", -24 * hours],
      ["new", -23 * hours],
    ] as const) {
      await t.sql("INSERT INTO idempotency_keys VALUES ($1, $2, $3, 'hash', 200, '{}', $4)", [
        organizationId,
        owner.userId,
        key,
        at(age),
      ]);
    }
  }
  const held = await t.sql("SELECT token_hash, account_id FROM sessions ORDER BY account_id = $1 DESC", [
    acme.owner.accountId,
  ]);
  for (const [session, { organizationId, userId }] of [
    [held[0], acme.owner],
    [held[1], other.owner],
  ] as const) {
    await t.sql("INSERT INTO session_uses VALUES ($1, $2, now())", [organizationId, session?.["token_hash"]]);
    await t.sql(
      "INSERT INTO invitation_mails VALUES ($1, 'old@x.example', $2, $2, 1), ($1, 'new@x.example', $3, $2, 1)",
      [organizationId, at(-24 * hours), at(0)],
    );
    await t.sql("INSERT INTO panel_consents VALUES ($1, $2, 'https://panel.example.com', now())", [
      organizationId,
      userId,
    ]);
    for (const [name, codeEnd, token] of [
      ["open", 0, "t"],
      ["offered", 1, null],
      ["late", 0, null],
    ] as const) {
      await t.sql(
        `INSERT INTO panel_sessions
         VALUES ($1, $2, $3, $4, 'https://panel.example.com', $5, 's', $6, $7, $6, NULL, NULL, $8)`,
        [
          organizationId,
          systemIds.next(),
          userId,
          session?.["token_hash"],
          name,
          at(codeEnd),
          token,
          token === null ? null : at(codeEnd),
        ],
      );
    }
  }
  await cleanUp({ db: t.db, clock });
  const left = await t.sql(`
    SELECT 'session' AS kind, count(*)::integer AS n, min(account_id::text) AS which FROM sessions
    UNION ALL SELECT 'ended', count(*)::integer, min(token_hash) FROM ended_sessions
    UNION ALL SELECT 'throttle', count(*)::integer, min(bucket) FROM throttles
    UNION ALL SELECT 'link', count(*)::integer, min(token_hash) FROM account_links
    UNION ALL SELECT 'challenge', count(*)::integer, min(token_hash) FROM sign_in_challenges
    UNION ALL SELECT 'used challenge', count(*)::integer, min(challenge_hash) FROM used_challenges
    UNION ALL SELECT 'sign-in', count(*)::integer, min(user_agent) FROM sign_ins
    UNION ALL SELECT 'setup', count(*)::integer, min(token_hash) FROM setup_tokens
    UNION ALL SELECT 'answer', count(*)::integer, min(key) FROM idempotency_keys
    UNION ALL SELECT 'use', count(*)::integer, min(session_hash) FROM session_uses
    UNION ALL SELECT 'mail', count(*)::integer, min(email) FROM invitation_mails
    UNION ALL SELECT 'panel', count(*)::integer, string_agg(code_hash, ' ' ORDER BY code_hash) FROM panel_sessions`);
  expect(left).toEqual([
    { kind: "session", n: 1, which: acme.owner.accountId },
    { kind: "ended", n: 1, which: "new" },
    { kind: "throttle", n: 1, which: "new" },
    { kind: "link", n: 1, which: "new" },
    { kind: "challenge", n: 1, which: "new" },
    { kind: "used challenge", n: 1, which: "new" },
    { kind: "sign-in", n: 1, which: "new" },
    { kind: "setup", n: 1, which: "new" },
    { kind: "answer", n: 2, which: "new" },
    { kind: "use", n: 1, which: held[0]?.["token_hash"] },
    { kind: "mail", n: 2, which: "new@x.example" },
    { kind: "panel", n: 2, which: "offered open" },
  ]);
});

test("deletes bulk jobs a month after they ended, and keeps running ones", async () => {
  const { organizationId } = await factories.organization();
  const insert = async (name: string, status: string, endedDaysAgo: number | null, users: number) => {
    const jobId = systemIds.next();
    const finishedAt =
      endedDaysAgo === null ? null : new Date(clock.now().getTime() - endedDaysAgo * 24 * hours);
    await t.sql(
      `INSERT INTO user_jobs (organization_id, job_id, action, status, total, created_by_type, created_by_id,
         created_by_name, origin_request_id, created_at, finished_at)
       VALUES ($1, $2, 'suspend', $3, $4, 'user', $2, $5, 'r', now() - interval '1 year', $6)`,
      [organizationId, jobId, status, users, name, finishedAt],
    );
    await t.sql(
      `INSERT INTO user_job_users (organization_id, job_id, position, user_id)
       SELECT $1, $2, n, gen_random_uuid() FROM generate_series(1, $3::integer) n`,
      [organizationId, jobId, users],
    );
  };
  await insert("old", "done", 30, 5_001);
  await insert("old too", "cancelled", 400, 1);
  await insert("new", "done", 29, 2);
  await insert("running", "running", null, 3);
  await cleanUp({ db: t.db, clock });
  const left = await t.sql(
    `SELECT j.created_by_name AS name, count(u.position)::integer AS users FROM user_jobs j
     LEFT JOIN user_job_users u USING (organization_id, job_id)
     WHERE j.organization_id = $1 GROUP BY 1 ORDER BY 1`,
    [organizationId],
  );
  expect(left).toEqual([
    { name: "new", users: 2 },
    { name: "running", users: 3 },
  ]);
});

test("deletes files that nobody imported after a day, and imports a month after they ended", async () => {
  const { organizationId } = await factories.organization();
  const insert = async (name: string, status: string, daysAgo: number, rows = 1) => {
    const id = systemIds.next();
    const at = new Date(clock.now().getTime() - daysAgo * 24 * hours);
    await t.sql(
      `INSERT INTO user_imports (organization_id, import_id, file_name, status, kind, created_by_type, created_by_name, created_at,
         finished_at)
       VALUES ($1, $2, $3, $4, 'users', 'system', 'x', $5::timestamptz, CASE WHEN $4 = 'done' THEN $5::timestamptz END)`,
      [organizationId, id, name, status, at],
    );
    await t.sql("INSERT INTO user_import_parts VALUES ($1, $2, 1, 'x')", [organizationId, id]);
    await t.sql(
      `INSERT INTO user_import_rows (organization_id, import_id, line, outcome, email, code)
       SELECT $1, $2, n, 'refused', 'x', 'c' FROM generate_series(1, $3::integer) n`,
      [organizationId, id, rows],
    );
  };
  await insert("old", "done", 30, 5_001);
  await insert("new", "done", 29, 2);
  await insert("waits", "uploaded", 1);
  await insert("waits a moment", "checked", 0.9);
  await insert("runs", "running", 2);
  await cleanUp({ db: t.db, clock });
  const left = await t.sql(
    `SELECT i.file_name AS name, i.status, (SELECT count(*)::integer FROM user_import_parts p WHERE p.import_id = i.import_id) AS parts,
       (SELECT count(*)::integer FROM user_import_rows r WHERE r.import_id = i.import_id) AS rows
     FROM user_imports i WHERE i.organization_id = $1 ORDER BY 1`,
    [organizationId],
  );
  expect(left).toEqual([
    { name: "new", status: "done", parts: 0, rows: 2 },
    { name: "runs", status: "running", parts: 1, rows: 1 },
    { name: "waits", status: "cancelled", parts: 0, rows: 1 },
    { name: "waits a moment", status: "checked", parts: 1, rows: 1 },
  ]);
});

test("deletes more rows than fit into one batch", async () => {
  await t.sql(
    "INSERT INTO throttles SELECT 'many ' || n, 1, $1::timestamptz, $1::timestamptz FROM generate_series(1, 10001) n",
    [clock.now()],
  );
  await cleanUp({ db: t.db, clock });
  expect(await t.sql("SELECT FROM throttles WHERE bucket LIKE 'many %'")).toEqual([]);
});
