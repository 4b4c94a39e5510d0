/**
 * Fills an installation as a year leaves it: people, invitations, sign-ins, sessions and the audit log. Set-based, without triggers and
 * foreign keys; the indexes of the log are created afterwards. The hashes of the log's events follow each other, but aren't computed of
 * their contents: its pages and searches take the same time, and only `audit verify` would say that it is broken.
 */
import pg from "pg";
import type { TestOrganization } from "../../packages/server/test/factories.ts";
import type { BenchDatabase } from "./database.ts";
import { generateUsers } from "./fixtures.ts";
import { addManyUsers } from "./large-organizations.ts";

/** How much happened. */
export interface YearOfUse {
  readonly people: number;
  readonly events: number;
  readonly invitations: number;
}

/** Events of one statement. */
const batch = 250_000;

/** Fills the organization. */
export async function addYearOfUse(
  database: Pick<BenchDatabase, "superuserUrl">,
  organization: TestOrganization,
  { people, events, invitations }: YearOfUse,
  log: (text: string) => void,
): Promise<void> {
  await addManyUsers(database, organization, generateUsers(people, "year.example"));
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    const { organizationId } = organization;
    await client.query("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'");
    log(`creating ${invitations.toLocaleString("en")} invitations`);
    await client.query(insertInvitations, [organizationId, invitations]);
    await client.query(insertInvitationRoles, [organizationId, organization.roles.viewer]);
    await client.query(insertSignIns, [10]);
    await client.query(insertSessions);
    const indexes = await dropIndexes(client, "audit_events");
    for (let from = 1; from <= events; from += batch) {
      log(`creating events ${from.toLocaleString("en")} of ${events.toLocaleString("en")}`);
      await client.query(insertEvents, [organizationId, from, Math.min(events, from + batch - 1), events]);
    }
    for (const definition of indexes) await client.query(definition);
    await client.query(setHead, [organizationId, events]);
    await client.query("VACUUM ANALYZE");
    await client.query("CHECKPOINT");
  } finally {
    await client.end();
  }
}

/** Drops the indexes that no constraint needs; returns the statements that create them. */
async function dropIndexes(client: pg.Client, table: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/** One in thirty is pending, one in ten revoked; the others were accepted. */
const insertInvitations = `
  INSERT INTO invitations (organization_id, invitation_id, email, search_key, name, language, status, invited_by_type, invited_by_name,
    created_at, expires_at, accepted_at, revoked_at, delivery, last_sent_at)
  SELECT $1, gen_random_uuid(), w.email, w.email, 'Guest ' || w.n, 'en', w.status, 'system', 'Benchmark', w.at, w.at + interval '7 days',
    CASE WHEN w.status = 'accepted' THEN w.at END, CASE WHEN w.status = 'revoked' THEN w.at END, 'sent', w.at
  FROM (SELECT n, 'guest-' || n || '@year.example' AS email, now() - interval '1 year' * (n::float8 / $2::integer) AS at,
      CASE WHEN n % 30 = 0 THEN 'pending' WHEN n % 10 = 1 THEN 'revoked' ELSE 'accepted' END AS status
    FROM generate_series(1, $2::integer) n) w`;

const insertInvitationRoles = `
  INSERT INTO invitation_roles (organization_id, invitation_id, role_id)
  SELECT organization_id, invitation_id, $2 FROM invitations WHERE organization_id = $1`;

/** As many as the clean-up keeps: those of 89 days. */
const insertSignIns = `
  INSERT INTO sign_ins (sign_in_id, account_id, at, method, outcome)
  SELECT gen_random_uuid(), account_id, now() - interval '89 days' * random(), 'password', 'success'
  FROM accounts CROSS JOIN generate_series(1, $1::integer)`;

const insertSessions = `
  INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_seen_at, expires_at)
  SELECT encode(sha256(account_id::text::bytea), 'hex'), gen_random_uuid(), account_id, now(), now(), now() + interval '1 day'
  FROM accounts`;

/** From a year ago until now, by random users, about random users. */
const insertEvents = `
  WITH people AS MATERIALIZED (
    SELECT user_id, name, row_number() OVER (ORDER BY user_id) AS place FROM users WHERE organization_id = $1),
  total AS MATERIALIZED (SELECT count(*) AS size FROM people)
  INSERT INTO audit_events (organization_id, sequence, event_id, at, actor_type, actor_id, actor_name, action, target_type, target_id,
    target_name, changes, ip, user_agent, request_id, previous_hash, hash)
  SELECT $1, n, gen_random_uuid(), now() - interval '1 year' * (1 - n::float8 / $4::integer), 'user', p.user_id, p.name,
    (ARRAY['users.edited', 'users.suspended', 'users.restored', 'invitations.sent', 'sessions.started'])[n % 5 + 1], 'user', q.user_id, q.name,
    '[{"field": "phone", "before": null, "after": "+90 212 555 01 23"}]', '192.0.2.1', 'Mozilla/5.0', 'request-' || n,
    encode(sha256((n - 1)::text::bytea), 'hex'), encode(sha256(n::text::bytea), 'hex')
  FROM (SELECT n, n * 7919::bigint % size + 1 AS actor, n * 104729::bigint % size + 1 AS target
    FROM generate_series($2::integer, $3::integer) n CROSS JOIN total) w
  JOIN people p ON p.place = w.actor
  JOIN people q ON q.place = w.target
  ORDER BY n`; // as they are stored when they happen one after the other

const setHead = `
  INSERT INTO audit_heads (organization_id, sequence, hash) VALUES ($1, $2::integer, encode(sha256(($2::integer)::text::bytea), 'hex'))
  ON CONFLICT (organization_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash`;
