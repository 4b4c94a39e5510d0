/** What migration 0012 does with several pending invitations of one mailbox, and how it writes into the log. */
import type pg from "pg";

/** One thing that was changed. */
export interface RecordedChange {
  readonly action: "users.edited" | "invitations.revoked";
  readonly target: { readonly type: string; readonly id: string; readonly name: string };
  readonly change: { readonly field: string; readonly before: unknown; readonly after: unknown };
}

/** A UUIDv7: PostgreSQL 15 makes random ones only, so the time is put in their first 48 bits and the version is set. */
const nextId = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
  'hex')::uuid`;

/** Writes a change into the log of the organization that the transaction is in. */
export async function recordChange(
  client: pg.ClientBase,
  organizationId: string,
  { action, target, change }: RecordedChange,
): Promise<void> {
  await client.query(
    `SELECT append_audit_events($1::uuid, jsonb_build_array(jsonb_build_object(
       'event_id', ${nextId}, 'at', now(), 'actor_type', 'system', 'actor_name', 'Migration', 'action', $2::text,
       'target_type', $3::text, 'target_id', $4::text, 'target_name', $5::text, 'changes', $6::jsonb,
       'request_id', 'migration 0012')))`,
    [organizationId, action, target.type, target.id, target.name, JSON.stringify([change])],
  );
}

/**
 * Makes room for the canonical address of a pending invitation: of two of one mailbox the newer stays, and the other is
 * revoked. Gives a sentence for what it revoked.
 */
export async function retireInvitation(
  client: pg.ClientBase,
  organizationId: string,
  { id, canonical }: { readonly id: string; readonly canonical: string },
): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string; email: string }>(
    `SELECT invitation_id AS id, email FROM invitations
     WHERE organization_id = $1 AND status = 'pending' AND (invitation_id = $2 OR email = $3)
     ORDER BY created_at DESC, invitation_id DESC`,
    [organizationId, id, canonical],
  );
  if (!rows.some((row) => row.id === id)) return [];
  const said: string[] = [];
  for (const older of rows.slice(1)) {
    await client.query(
      `UPDATE invitations SET status = 'revoked', revoked_at = now()
       WHERE organization_id = $1 AND invitation_id = $2`,
      [organizationId, older.id],
    );
    await recordChange(client, organizationId, {
      action: "invitations.revoked",
      target: { type: "invitation", id: older.id, name: older.email },
      change: { field: "email", before: older.email, after: canonical },
    });
    said.push(
      `The invitation of ${older.email} (${older.id}) was revoked: a newer one of the same mailbox, ${canonical}, stays.`,
    );
  }
  return said;
}
