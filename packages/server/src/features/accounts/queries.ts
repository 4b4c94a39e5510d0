/** SQL for accounts. */
import type { Language } from "@gatehouse/sdk/contract";
import type { Ahead } from "../../auth/read-ahead.ts";
import type { Tx } from "../../db/database.ts";
import { roleNameKey, roleText } from "../../db/role-texts.ts";
import { named, prepare, type Statement, sql } from "../../db/sql.ts";
import { isUnexpired } from "../../db/unexpired.ts";

/** An account to insert. */
export interface NewAccount {
  readonly id: string;
  /** Canonical. */
  readonly email: string;
  readonly name: string;
  readonly language: Language;
  readonly passwordHash: string;
  readonly createdAt: Date;
}

/** An account as it is stored. */
export interface StoredAccount {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly language: Language;
  readonly passwordHash: string;
  /** Whether it has a second factor. */
  readonly twoFactor: boolean;
}

const accountColumns = sql`
  account_id AS id, email, name, language, password_hash AS "passwordHash", two_factor AS "twoFactor"`;

/** Inserts an account. Returns false if the address already has one. */
export async function insertAccount(tx: Tx, account: NewAccount): Promise<boolean> {
  const { id, email, name, language, passwordHash, createdAt } = account;
  const { rows } = await tx.query(sql`${named("insertAccount")}
    INSERT INTO accounts (account_id, email, name, language, password_hash, created_at)
    VALUES (${id}, ${email}, ${name}, ${language}, ${passwordHash}, ${createdAt})
    ON CONFLICT (email) DO NOTHING RETURNING 1`);
  return rows.length === 1;
}

/** Inserts the account of a user who can't sign in to Gatehouse with the commit: nobody finds it by an address. */
export function insertAccountWithoutSignIn(
  tx: Pick<Tx, "deferToCommit">,
  account: Pick<NewAccount, "id" | "name" | "language" | "createdAt">,
): void {
  tx.deferToCommit(sql`${prepare("insertAccountWithoutSignIn")}
    INSERT INTO accounts (account_id, name, language, created_at)
    VALUES (${account.id}, ${account.name}, ${account.language}, ${account.createdAt})`);
}

/** The account of a canonical address. */
export async function findAccountByEmail(tx: Tx, email: string): Promise<StoredAccount | null> {
  const { rows } = await tx.query(sql<StoredAccount>`${named("findAccountByEmail")}
    SELECT ${accountColumns} FROM accounts WHERE email = ${email}`);
  return rows[0] ?? null;
}

/** The account with an id; null for one that doesn't sign in to Gatehouse. */
export async function findAccountById(tx: Tx, id: string): Promise<StoredAccount | null> {
  const { rows } = await tx.query(sql<StoredAccount>`${named("findAccountById")}
    SELECT ${accountColumns} FROM accounts WHERE account_id = ${id} AND email IS NOT NULL`);
  return rows[0] ?? null;
}

/** An organization in which the account is a user. */
export interface OrganizationOfAccount {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly status: "active" | "suspended";
}

/** Every organization of an account, in name order. */
export async function listOrganizations(
  tx: Tx,
  accountId: string,
): Promise<readonly OrganizationOfAccount[]> {
  return (await tx.query(organizationsStatement(sql`${accountId}`))).rows;
}

/** The same together with the authentication. No row may mean that the session has ended. */
export function listOrganizationsAhead(accountId: Statement): Ahead<readonly OrganizationOfAccount[]> {
  return {
    statements: [organizationsStatement(accountId)],
    toResult: ([rows = []]) => (rows.length === 0 ? null : (rows as readonly OrganizationOfAccount[])),
  };
}

function organizationsStatement(accountId: Statement): Statement<OrganizationOfAccount> {
  return sql<OrganizationOfAccount>`${named("listOrganizations")}
    SELECT organization_id AS id, organization_name AS name, user_id AS "userId", status
    FROM account_organizations WHERE account_id = ${accountId}
    ORDER BY organization_name, organization_id`;
}

/** Origins of the organization's panels, the default first. */
export async function listPanels(tx: Tx, organizationId: string): Promise<string[]> {
  const { rows } = await tx.query(sql<{ origin: string }>`${named("listPanels")}
    SELECT p.origin
    FROM organizations o, unnest(o.panel_origins) WITH ORDINALITY AS p (origin, position)
    WHERE o.organization_id = ${organizationId}
    ORDER BY p.origin IS NOT DISTINCT FROM o.default_panel DESC, p.position`);
  return rows.map(({ origin }) => origin);
}

/** A person whom to ask for a role. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

/** Up to three active users who may assign roles: the inviter of this user first, then the last active. */
export async function listContacts(
  tx: Tx,
  { id: organizationId, userId }: Pick<OrganizationOfAccount, "id" | "userId">,
  now: Date,
): Promise<Contact[]> {
  const { rows } = await tx.query(sql<Contact>`${named("listContacts")}
    SELECT c.name, c.email
    FROM users c
    LEFT JOIN users u ON u.organization_id = ${organizationId} AND u.user_id = ${userId} AND u.invited_by_id = c.user_id
    WHERE c.organization_id = ${organizationId} AND c.status = 'active' AND EXISTS (
      SELECT FROM user_roles g
      JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
      LEFT JOIN role_permissions p ON p.organization_id = ${organizationId} AND p.role_id = r.role_id
        AND p.permission = 'roles:assign'
      WHERE g.organization_id = ${organizationId} AND g.user_id = c.user_id
        AND (g.expires_at IS NULL OR g.expires_at > ${now}) AND (r.is_owner OR p.permission IS NOT NULL))
    ORDER BY u.user_id IS NOT NULL DESC, c.last_active_at DESC NULLS LAST, c.name_key, c.user_id
    LIMIT 3`);
  return [...rows];
}

/** Id and name of the roles that an account has, in the language of the reader and in display order. */
export async function listRoleNames(
  tx: Tx,
  organizationId: string,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
  language: Language | null,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await tx.query(sql<{ id: string; name: string }>`${named("listRoleNames")}
    SELECT r.role_id AS id, ${roleText("name", language)} AS name
    FROM users u
    JOIN user_roles g ON g.organization_id = ${organizationId} AND g.user_id = u.user_id AND ${isUnexpired("g", now)}
    JOIN roles r ON r.organization_id = ${organizationId} AND r.role_id = g.role_id
    WHERE u.organization_id = ${organizationId} AND u.account_id = ${accountId}
    ORDER BY NOT r.is_owner, ${roleNameKey(language)}, r.role_id`);
  return [...rows];
}

/** Updates the name and language of an account. */
export async function updateAccount(
  tx: Tx,
  account: { readonly id: string; readonly name: string; readonly language: Language },
): Promise<void> {
  await tx.query(sql`${named("updateAccount")}
    UPDATE accounts SET name = ${account.name}, language = ${account.language} WHERE account_id = ${account.id}`);
}

/** Replaces the password hash if it is still `before`; otherwise returns false. */
export async function replacePasswordHash(
  tx: Tx,
  swap: { readonly id: string; readonly before: string; readonly after: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await tx.query(sql`${named("replacePasswordHash")}
    UPDATE accounts SET password_hash = ${swap.after}, password_changed_at = ${swap.now}
    WHERE account_id = ${swap.id} AND password_hash = ${swap.before} RETURNING 1`);
  return rows.length === 1;
}

/**
 * Replaces the hash of another system by one of ours, with the password unchanged. Null if it is another one by now: changed, or
 * replaced by a concurrent sign-in. Locks the account as `lockAuthenticating` does, but exclusively from the start, so that
 * two sign-ins don't wait for each other.
 */
export async function replaceForeignHash(
  tx: Tx,
  { id, passwordHash }: Pick<StoredAccount, "id" | "passwordHash">,
  ownHash: string,
): Promise<StoredAccount | null> {
  const { rows } = await tx.query(sql<StoredAccount>`${named("replaceForeignHash")}
    UPDATE accounts SET password_hash = ${ownHash}
    WHERE account_id = ${id} AND password_hash = ${passwordHash} AND email IS NOT NULL
    RETURNING ${accountColumns}`);
  return rows[0] ?? null;
}

/**
 * The account that authenticates, as it is now; null once its password is another one than `passwordHash`, which was
 * verified. Locks the row until the transaction ends, so that a concurrent password change, reset or removal of a factor
 * also ends a session that this transaction opens.
 */
export async function lockAuthenticating(
  tx: Tx,
  { id, passwordHash }: { readonly id: string; readonly passwordHash?: string },
): Promise<StoredAccount | null> {
  const { rows } = await tx.query(sql<StoredAccount>`${named("lockAuthenticating")}
    SELECT ${accountColumns} FROM accounts
    WHERE account_id = ${id} AND password_hash = COALESCE(${passwordHash ?? null}::text, password_hash) AND email IS NOT NULL
    FOR SHARE`);
  return rows[0] ?? null;
}

/** The index `accounts_foreign_hashes` has this expression and this condition. */
const isForeign = sql`password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'`;
const parametersOfHash = sql`(CASE WHEN password_hash LIKE '$2%' THEN left(password_hash, 6)
  ELSE regexp_replace(password_hash, '[$][^$]*[$][^$]*$', '') || ' ' || length(substring(password_hash FROM '[^$]*$'))::text
  END COLLATE "C")`;

/** One hash of another system for each set of parameters that stored ones have. Reads as many rows. */
export async function listForeignHashes(tx: Tx): Promise<readonly string[]> {
  const { rows } = await tx.query(sql<{ passwordHash: string }>`${prepare("listForeignHashes")}
    WITH RECURSIVE found AS (
      (SELECT ${parametersOfHash} AS parameters, password_hash FROM accounts WHERE ${isForeign} ORDER BY 1 LIMIT 1)
      UNION ALL
      SELECT n.parameters, n.password_hash FROM found f CROSS JOIN LATERAL (
        SELECT ${parametersOfHash} AS parameters, password_hash FROM accounts
        WHERE ${isForeign} AND ${parametersOfHash} > f.parameters ORDER BY 1 LIMIT 1) n
    )
    SELECT password_hash AS "passwordHash" FROM found`);
  return rows.map(({ passwordHash }) => passwordHash);
}

/** An account that can sign in. */
export type LockedAccount = Pick<StoredAccount, "id" | "email" | "name" | "language" | "twoFactor">;

const selectAccount = (accountId: string) => sql<LockedAccount>`
  SELECT account_id AS id, email, name, language, two_factor AS "twoFactor" FROM accounts
  WHERE account_id = ${accountId} AND email IS NOT NULL`;

/** Name and address of an account that can sign in; null for others. */
export async function findAccount(
  tx: Tx,
  accountId: string,
): Promise<Pick<LockedAccount, "name" | "email"> | null> {
  const { rows } = await tx.query(selectAccount(accountId));
  return rows[0] ?? null;
}

/**
 * Locks an account until the transaction ends. Every change of its links and second factors locks it first, so that two of
 * them can't deadlock. It also keeps the account from joining an organization meanwhile.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<LockedAccount | null> {
  const { rows } = await tx.query(sql<LockedAccount>`${selectAccount(accountId)} FOR UPDATE`);
  return rows[0] ?? null;
}

/** An account to insert, or one of a user who can't sign in to Gatehouse: that has neither address nor hash. */
export type NewImportedAccount = Omit<NewAccount, "email" | "passwordHash"> &
  Pick<NewAccount | { readonly email: null; readonly passwordHash: null }, "email" | "passwordHash">;

/** Inserts many accounts in a single statement. None of the addresses may have an account yet. */
export async function insertAccounts(tx: Tx, accounts: readonly NewImportedAccount[]): Promise<void> {
  if (accounts.length === 0) return;
  await tx.query(sql`${named("insertAccounts")}
    INSERT INTO accounts (account_id, email, name, language, password_hash, created_at)
    SELECT id, email, name, language, "passwordHash", "createdAt"
    FROM jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb)
      AS a(id uuid, email text, name text, language text, "passwordHash" text, "createdAt" timestamptz)`);
}

/** An account that signs in with an address. */
interface AccountOfAddress {
  readonly email: string;
  readonly id: string;
}

/** The accounts of these canonical addresses. */
export async function findAccountsByEmail(
  tx: Tx,
  emails: readonly string[],
): Promise<readonly AccountOfAddress[]> {
  if (emails.length === 0) return [];
  const { rows } = await tx.query(sql<AccountOfAddress>`${named("findAccountsByEmail")}
    SELECT a.email, a.account_id AS id FROM accounts a WHERE a.email = ANY(${emails}::text[])`);
  return rows;
}

/** Gives accounts that nobody can sign in to an address and a password hash. */
export async function addSignIns(
  tx: Tx,
  signIns: readonly Pick<NewAccount, "id" | "email" | "passwordHash">[],
): Promise<void> {
  if (signIns.length === 0) return;
  await tx.query(sql`${named("addSignIns")}
    UPDATE accounts a SET email = s.email, password_hash = s."passwordHash"
    FROM jsonb_to_recordset(${JSON.stringify(signIns)}::jsonb) AS s(id uuid, email text, "passwordHash" text)
    WHERE a.account_id = s.id AND a.email IS NULL`);
}
