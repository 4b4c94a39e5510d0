/** Converts stored email addresses to their canonical form: the step of migration 0012 that SQL can't compute. */
import { displayEmail, foldEmail, parseEmail } from "@gatehouse/sdk/contract";
import type pg from "pg";
import { setOrganizationSql } from "./enter-organization.ts";

/** An account or invitation with its canonical address. */
interface AddressRow {
  readonly id: string;
  readonly email: string;
  readonly canonical: string;
}

interface Account extends AddressRow {
  readonly createdAt: Date;
}

/**
 * Rewrites every address that isn't canonical, and separates those that turn out to be the same mailbox. Returns a
 * sentence for each change; changes nothing where everything is canonical.
 *
 * Of several accounts of one mailbox the most recently used keeps the address; the others keep their password, roles
 * and sessions under an address that marks them as duplicates. Of several pending invitations the newest stays.
 */
export async function canonicaliseAddresses(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query("LOCK TABLE accounts, users, invitations IN SHARE ROW EXCLUSIVE MODE");
  await client.query("SET LOCAL ROLE gatehouse_app");
  const { rows } = await client.query<{ id: string }>(
    "SELECT DISTINCT organization_id AS id FROM account_organizations ORDER BY 1",
  );
  const organizations = rows.map(({ id }) => id);
  const messages = await canonicaliseAccounts(client);
  for (const organizationId of organizations) {
    await client.query(setOrganizationSql(organizationId));
    messages.push(...(await canonicaliseInvitations(client, organizationId)));
    await foldAddresses(client, organizationId);
  }
  await client.query("RESET ROLE");
  return messages;
}

async function canonicaliseAccounts(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<Omit<Account, "canonical">>(
    `SELECT account_id AS id, email, created_at AS "createdAt" FROM accounts WHERE email ~ '[^ -~]'`,
  );
  const changed = rows.map(addCanonical).filter(({ email, canonical }) => email !== canonical);
  const messages: string[] = [];
  for (const canonical of new Set(changed.map((account) => account.canonical))) {
    const { rows: holders } = await client.query<Omit<Account, "canonical">>(
      `SELECT account_id AS id, email, created_at AS "createdAt" FROM accounts WHERE email = $1`,
      [canonical],
    );
    const all = [
      ...holders.map((account) => ({ ...account, canonical })),
      ...changed.filter((account) => account.canonical === canonical),
    ];
    const [kept, ...duplicates] = await sortByUse(client, all);
    for (const duplicate of duplicates)
      messages.push(await changeAddress(client, duplicate, toDuplicateAddress(duplicate)));
    if (kept !== undefined && kept.email !== canonical)
      messages.push(await changeAddress(client, kept, canonical));
  }
  return messages;
}

/** Most recently used first; of those never used, the oldest. */
async function sortByUse(client: pg.ClientBase, accounts: readonly Account[]): Promise<readonly Account[]> {
  if (accounts.length < 2) return accounts;
  const used: { readonly account: Account; readonly at: number }[] = [];
  for (const account of accounts) used.push({ account, at: await findLastUse(client, account.id) });
  return used
    .toSorted(
      (one, other) =>
        other.at - one.at || one.account.createdAt.getTime() - other.account.createdAt.getTime(),
    )
    .map(({ account }) => account);
}

async function findLastUse(client: pg.ClientBase, accountId: string): Promise<number> {
  let last = 0;
  for (const { organizationId } of await listMemberships(client, accountId)) {
    await client.query(setOrganizationSql(organizationId));
    const { rows } = await client.query<{ at: Date | null }>(
      "SELECT last_active_at AS at FROM users WHERE organization_id = $1 AND account_id = $2",
      [organizationId, accountId],
    );
    last = Math.max(last, rows[0]?.at?.getTime() ?? 0);
  }
  return last;
}

async function listMemberships(
  client: pg.ClientBase,
  accountId: string,
): Promise<readonly { readonly organizationId: string }[]> {
  const { rows } = await client.query<{ organizationId: string }>(
    `SELECT organization_id AS "organizationId" FROM account_organizations WHERE account_id = $1 ORDER BY 1`,
    [accountId],
  );
  return rows;
}

/** Changes an account's address, and that of its users; recorded in each organization's audit log. */
async function changeAddress(client: pg.ClientBase, account: Account, email: string): Promise<string> {
  await client.query("UPDATE accounts SET email = $2 WHERE account_id = $1", [account.id, email]);
  for (const { organizationId } of await listMemberships(client, account.id)) {
    await client.query(setOrganizationSql(organizationId));
    const { rows } = await client.query<{ id: string; name: string }>(
      `UPDATE users SET email = $3, search_key = name_key || chr(10) || $4, version = version + 1
       WHERE organization_id = $1 AND account_id = $2 RETURNING user_id AS id, name`,
      [organizationId, account.id, email, foldEmail(email)],
    );
    for (const { id, name } of rows)
      await recordChange(client, organizationId, {
        action: "users.edited",
        target: { type: "user", id, name },
        change: { field: "email", before: account.email, after: email },
      });
  }
  return email === account.canonical
    ? `The account ${account.email} is now ${email}, which is the same mailbox.`
    : `The account ${account.email} (${account.id}) is a duplicate of ${displayEmail(account.canonical)}: it signs in as ${email} from now on.`;
}

async function canonicaliseInvitations(client: pg.ClientBase, organizationId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string; email: string }>(
    `SELECT invitation_id AS id, email FROM invitations
     WHERE organization_id = $1 AND email ~ '[^ -~]' ORDER BY created_at, invitation_id`,
    [organizationId],
  );
  const messages: string[] = [];
  for (const invitation of rows.map(addCanonical)) {
    const { id, email, canonical } = invitation;
    if (email === canonical) continue;
    messages.push(...(await retireInvitation(client, organizationId, invitation)));
    await client.query(
      `UPDATE invitations SET email = $3, search_key = split_part(search_key, chr(10), 1) || chr(10) || $4
       WHERE organization_id = $1 AND invitation_id = $2`,
      [organizationId, id, canonical, foldEmail(canonical)],
    );
  }
  return messages;
}

/** Makes addresses with a punycode domain searchable by the Unicode domain. */
async function foldAddresses(client: pg.ClientBase, organizationId: string): Promise<void> {
  for (const table of ["users", "invitations"]) {
    const { rows } = await client.query<{ email: string }>(
      `SELECT DISTINCT email FROM ${table} WHERE organization_id = $1 AND email LIKE '%xn--%'`,
      [organizationId],
    );
    for (const { email } of rows)
      await client.query(
        `UPDATE ${table} SET search_key = split_part(search_key, chr(10), 1) || chr(10) || $3
         WHERE organization_id = $1 AND email = $2`,
        [organizationId, email, foldEmail(email)],
      );
  }
}

/** An address without a canonical form can't receive email: it is replaced with one that says so. */
function addCanonical<Row extends { readonly id: string; readonly email: string }>(
  row: Row,
): Row & { readonly canonical: string } {
  const parsed = parseEmail(row.email);
  return {
    ...row,
    canonical: parsed.ok ? parsed.email : `unreadable-${withoutDashes(row.id)}@address.invalid`,
  };
}

function toDuplicateAddress({ canonical, id }: Account): string {
  const at = canonical.lastIndexOf("@");
  const ending = `+duplicate-${withoutDashes(id).slice(-12)}`;
  const local = new TextEncoder().encode(canonical.slice(0, at)).subarray(0, 64 - ending.length);
  // Truncate between characters: drop a partial one.
  const cut = new TextDecoder().decode(local).replace(/\uFFFD+$/u, "");
  return `${cut}${ending}${canonical.slice(at)}`;
}

function withoutDashes(id: string): string {
  return id.replaceAll("-", "");
}

/** One recorded change. */
interface RecordedChange {
  readonly action: "users.edited" | "invitations.revoked";
  readonly target: { readonly type: string; readonly id: string; readonly name: string };
  readonly change: { readonly field: string; readonly before: unknown; readonly after: unknown };
}

/**
 * A UUIDv7: PostgreSQL 15 generates only random ones, so the time is put in the first 48 bits and the version is set.
 */
const nextId = `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
  PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1),
  'hex')::uuid`;

/** Appends a change to the audit log of the transaction's organization. */
async function recordChange(
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
 * Frees the canonical address of a pending invitation: of two for one mailbox the newer stays, and the other is
 * revoked. Returns a sentence for each revocation.
 */
async function retireInvitation(
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
  const messages: string[] = [];
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
    messages.push(
      `The invitation of ${older.email} (${older.id}) was revoked: a newer one of the same mailbox, ${canonical}, stays.`,
    );
  }
  return messages;
}
