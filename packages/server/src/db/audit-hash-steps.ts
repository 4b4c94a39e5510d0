/**
 * The steps of migration 0025. PostgreSQL refuses to add a stored or default column to a table (from 15.20 on) while the parsed
 * body of a function uses the row type of that table, as audit_hash does. So the function has another body meanwhile.
 */
import type pg from "pg";

/** Gives `audit_hash` a body that doesn't use the row type. Nothing calls it before `restoreAuditHash`. */
export async function releaseAuditEvents(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query(
    "CREATE OR REPLACE FUNCTION audit_hash(event audit_events) RETURNS text LANGUAGE sql STABLE RETURN NULL::text",
  );
  return [];
}

/** Gives `audit_hash` the body of migration 0011 again. */
export async function restoreAuditHash(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query(`
    CREATE OR REPLACE FUNCTION audit_hash(event audit_events) RETURNS text
      LANGUAGE sql STABLE
      RETURN encode(sha256(convert_to(jsonb_build_array(
        event.previous_hash, event.organization_id, event.sequence, event.event_id,
        to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), event.actor_type, event.actor_id, event.actor_name, event.action,
        event.target_type, event.target_id, event.target_name, event.changes, event.ip, event.user_agent, event.request_id
      )::text, 'UTF8')), 'hex')`);
  return [];
}
