/** Brings stored addresses into their canonical form: what migration 0012 needs and SQL can't compute. */
import { displayEmail, foldEmail, parseEmail } from "@gatehouse/sdk/contract";
import type pg from "pg";
import { recordChange, retireInvitation } from "./canonical-invitations.ts";
import { inOrganization } from "./enter-organization.ts";

/** An account or invitation with the address that it should have. */
interface Addressed {
  readonly id: string;
  readonly email: string;
  readonly canonical: string;
}

interface Account extends Addressed {
  readonly createdAt: Date;
}

/**
 * Rewrites every address that isn't canonical, and parts those that turn out to be one mailbox. Gives a sentence for each
 * change. Changes nothing where everything is canonical.
 *
 * Of several accounts of one mailbox the one that was used last keeps the address; the others keep their password, roles
 * and sessions under an address that says that they are duplicates. Of several pending invitations the newest stays.
 */
export async function canonicaliseAddresses(client: pg.ClientBase): Promise<readonly string[]> {
  await client.query("LOCK TABLE accounts, users, invitations IN SHARE ROW EXCLUSIVE MODE");
  await client.query("SET LOCAL ROLE gatehouse_app");
  const { rows } = await client.query<{ id: string }>(
    "SELECT DISTINCT organization_id AS id FROM account_organizations ORDER BY 1",
  );
  const organizations = rows.map(({ id }) => id);
  const said = await canonicaliseAccounts(client);
  for (const organizationId of organizations) {
    await client.query(inOrganization(organizationId));
    said.push(...(await canonicaliseInvitations(client, organizationId)));
    await foldAddresses(client, organizationId);
  }
  await client.query("RESET ROLE");
  return said;
}

async function canonicaliseAccounts(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<Omit<Account, "canonical">>(
    `SELECT account_id AS id, email, created_at AS "createdAt" FROM accounts WHERE email ~ '[^ -~]'`,
  );
  const changed = rows.map(withCanonical).filter(({ email, canonical }) => email !== canonical);
  const said: string[] = [];
  for (const canonical of new Set(changed.map((account) => account.canonical))) {
    const { rows: holders } = await client.query<Omit<Account, "canonical">>(
      `SELECT account_id AS id, email, created_at AS "createdAt" FROM accounts WHERE email = $1`,
      [canonical],
    );
    const all = [
      ...holders.map((account) => ({ ...account, canonical })),
      ...changed.filter((account) => account.canonical === canonical),
    ];
    const [kept, ...twins] = await byUse(client, all);
    for (const twin of twins) said.push(await readdress(client, twin, duplicateOf(twin)));
    if (kept !== undefined && kept.email !== canonical) said.push(await readdress(client, kept, canonical));
  }
  return said;
}

/** The one used last first; of those that were never used, the oldest. */
async function byUse(client: pg.ClientBase, accounts: readonly Account[]): Promise<readonly Account[]> {
  if (accounts.length < 2) return accounts;
  const used: { readonly account: Account; readonly at: number }[] = [];
  for (const account of accounts) used.push({ account, at: await lastUse(client, account.id) });
  return used
    .toSorted(
      (one, other) =>
        other.at - one.at || one.account.createdAt.getTime() - other.account.createdAt.getTime(),
    )
    .map(({ account }) => account);
}

async function lastUse(client: pg.ClientBase, accountId: string): Promise<number> {
  let last = 0;
  for (const { organizationId } of await membershipsOf(client, accountId)) {
    await client.query(inOrganization(organizationId));
    const { rows } = await client.query<{ at: Date | null }>(
      "SELECT last_active_at AS at FROM users WHERE organization_id = $1 AND account_id = $2",
      [organizationId, accountId],
    );
    last = Math.max(last, rows[0]?.at?.getTime() ?? 0);
  }
  return last;
}

async function membershipsOf(
  client: pg.ClientBase,
  accountId: string,
): Promise<readonly { readonly organizationId: string }[]> {
  const { rows } = await client.query<{ organizationId: string }>(
    `SELECT organization_id AS "organizationId" FROM account_organizations WHERE account_id = $1 ORDER BY 1`,
    [accountId],
  );
  return rows;
}

/** Gives an account another address, and its users with it; the log of each organization says so. */
async function readdress(client: pg.ClientBase, account: Account, email: string): Promise<string> {
  await client.query("UPDATE accounts SET email = $2 WHERE account_id = $1", [account.id, email]);
  for (const { organizationId } of await membershipsOf(client, account.id)) {
    await client.query(inOrganization(organizationId));
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
  const said: string[] = [];
  for (const invitation of rows.map(withCanonical)) {
    const { id, email, canonical } = invitation;
    if (email === canonical) continue;
    said.push(...(await retireInvitation(client, organizationId, invitation)));
    await client.query(
      `UPDATE invitations SET email = $3, search_key = split_part(search_key, chr(10), 1) || chr(10) || $4
       WHERE organization_id = $1 AND invitation_id = $2`,
      [organizationId, id, canonical, foldEmail(canonical)],
    );
  }
  return said;
}

/** Addresses that were in ASCII before are found by their domain in Unicode, too. */
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

/** An address that has no canonical form reaches nobody: it gets one that says so. */
function withCanonical<Row extends { readonly id: string; readonly email: string }>(
  row: Row,
): Row & { readonly canonical: string } {
  const parsed = parseEmail(row.email);
  return { ...row, canonical: parsed.ok ? parsed.email : `unreadable-${bare(row.id)}@address.invalid` };
}

function duplicateOf({ canonical, id }: Account): string {
  const at = canonical.lastIndexOf("@");
  const ending = `+duplicate-${bare(id).slice(-12)}`;
  const local = new TextEncoder().encode(canonical.slice(0, at)).subarray(0, 64 - ending.length);
  // Cut between characters: what is left of a cut one is left out.
  const cut = new TextDecoder().decode(local).replace(/\uFFFD+$/u, "");
  return `${cut}${ending}${canonical.slice(at)}`;
}

function bare(id: string): string {
  return id.replaceAll("-", "");
}
