/** Decides for each row of a batch which user it creates or changes. Reads the database, writes nothing. */
import { type Actor, toActorReference } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { userLimitReached } from "../../errors/user-limit.ts";
import { findAccountsByEmail, type NewImportedAccount } from "../accounts/index.ts";
import {
  findFreePlaces,
  getOrganizationSettings,
  isEmailAllowed,
  type StoredOrganization,
} from "../organizations/index.ts";
import type { StoredRole } from "../roles/index.ts";
import {
  computeUserEdit,
  findUsersByKeys,
  lastOwner,
  type NewUser,
  removesActiveOwner,
  requireNoOwner,
  requireTarget,
  type StoredUser,
  type UserEditPlan,
  type UserWithRoleIds,
  withRoles,
} from "../users/index.ts";
import { type BatchRoles, loadRoles } from "./import-context.ts";
import { type Refusal, type RefusedRow, toRefusal, type ValidRow } from "./import-row.ts";

/** An address and password hash for an account that nobody can sign in to yet. */
interface AddedSignIn {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
}

/** What a row does. */
export type RowPlan =
  | RefusedRow
  | {
      readonly line: number;
      readonly email: string;
      readonly user: NewUser;
      /** Null when the person signs in with an account that exists. */
      readonly account: NewImportedAccount | null;
      readonly roleNames: readonly string[];
    }
  | {
      readonly line: number;
      readonly email: string;
      readonly edit: UserEditPlan;
      readonly signIn: AddedSignIn | null;
    };

interface PlanContext {
  readonly actor: Actor;
  readonly settings: StoredOrganization;
  readonly roles: BatchRoles;
  readonly usersByEmail: ReadonlyMap<string, UserWithRoleIds>;
  readonly usersByExternalId: ReadonlyMap<string, UserWithRoleIds>;
  /** Ids of accounts by address. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly now: Date;
}

/** Plans the rows, in their order. Rows are matched with users by external id, else by address. */
export async function planUsers(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  rows: readonly ValidRow[],
): Promise<readonly RowPlan[]> {
  const context = await loadPlanContext(deps, tx, actor, rows);
  const owners = { left: null as number | null };
  let places =
    (await findFreePlaces(tx, actor.organizationId, context.now))?.users ?? Number.POSITIVE_INFINITY;
  return rows.map((row): RowPlan => {
    try {
      const user = findMatch(context, row);
      if (user === null) {
        const plan = planNewUser(deps, context, row);
        if (places === 0) throw userLimitReached(null);
        places -= 1;
        return plan;
      }
      const plan = planEdit(context, row, user);
      requireOwnerLeft(plan.edit, owners);
      return plan;
    } catch (error) {
      if (error instanceof ApiError) return refuse(row, toRefusal(error));
      if (error instanceof RowRefused) return refuse(row, error.refusal);
      throw error;
    }
  });
}

/** Ends the planning of one row. */
class RowRefused extends Error {
  override readonly name = "RowRefused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

function refuse({ line, email }: ValidRow, refusal: Refusal): RefusedRow {
  return { line, email, refusal };
}

async function loadPlanContext(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  actor: Actor,
  rows: readonly ValidRow[],
): Promise<PlanContext> {
  const { organizationId } = actor;
  const now = clock.now();
  const emails = rows.map(({ email }) => email);
  const externalIds = rows.flatMap(({ externalId }) => externalId ?? []);
  const settings = await getOrganizationSettings(tx, organizationId);
  const users = await findUsersByKeys(tx, organizationId, { emails, externalIds, now });
  const withHash = rows.filter(({ passwordHash }) => passwordHash !== null).map(({ email }) => email);
  const accounts = await findAccountsByEmail(tx, withHash);
  const held = users.flatMap(({ grants }) => grants.map(({ roleId }) => roleId));
  return {
    actor,
    settings,
    roles: await loadRoles(tx, actor, rows, held),
    usersByEmail: new Map(users.map((user) => [user.email, user])),
    usersByExternalId: new Map(
      users.flatMap((user) => (user.externalId === null ? [] : [[user.externalId, user]])),
    ),
    accounts: new Map(accounts.map(({ email, id }) => [email, id])),
    now,
  };
}

function findMatch(context: PlanContext, { email, externalId }: ValidRow): UserWithRoleIds | null {
  const byEmail = context.usersByEmail.get(email) ?? null;
  const byId = externalId === null ? null : (context.usersByExternalId.get(externalId) ?? null);
  if (byId !== null && byEmail !== null && byId.id !== byEmail.id) throw new RowRefused(emailTaken);
  return byId ?? byEmail;
}

function readRoles(context: PlanContext, { roles }: ValidRow): readonly StoredRole[] | null {
  if (roles === null) return null;
  const found = context.roles.resolve(roles);
  if ("refusal" in found) throw new RowRefused(found.refusal);
  return found.roles;
}

function planNewUser({ ids }: Pick<Deps, "ids">, context: PlanContext, row: ValidRow): RowPlan {
  const { actor, settings, now } = context;
  const { line, email, phone, externalId, status, passwordHash } = row;
  const roles = readRoles(context, row) ?? [];
  for (const { id } of roles) {
    const ceiling = context.roles.findCeiling(id);
    if (ceiling !== null) throw new RowRefused(ceiling);
  }
  if (!isEmailAllowed(email, settings.allowedEmailDomains)) throw new RowRefused(domainNotAllowed);
  if (passwordHash === null) requireNoOwner(roles);
  else requireMayImportPasswords(actor);
  const name = row.name ?? email.slice(0, 200);
  const accountId = (passwordHash === null ? undefined : context.accounts.get(email)) ?? null;
  const invitedBy = toActorReference(actor);
  const shared = { name, language: settings.language, createdAt: now };
  const newId = ids.next();
  const account: NewImportedAccount =
    passwordHash === null
      ? { ...shared, id: newId, email: null, passwordHash }
      : { ...shared, id: newId, email, passwordHash };
  const user: NewUser = {
    id: ids.next(),
    accountId: accountId ?? newId,
    name,
    email,
    phone,
    externalId,
    status: status ?? "active",
    createdAt: now,
    invitedBy,
    grants: roles.map(({ id }) => ({ roleId: id, grantedBy: invitedBy, grantedAt: now })),
  };
  const roleNames = roles.map((role) => role.name);
  return { line, email, user, account: accountId === null ? account : null, roleNames };
}

function planEdit(context: PlanContext, row: ValidRow, found: UserWithRoleIds) {
  const { actor, now } = context;
  const { line, email, name, phone, externalId, status } = row;
  const roles = readRoles(context, row);
  const signIn = planSignIn(context, row, found);
  const user = toStoredUser(context, found, signIn !== null);
  const edit = computeUserEdit(actor, requireTarget(actor, user, now), {
    edit: {
      email,
      ...(name === null ? {} : { name }),
      ...(phone === null ? {} : { phone }),
      ...(externalId === null ? {} : { externalId }),
      ...(status === null ? {} : { status }),
      ...(roles === null ? {} : { roleIds: roles.map(({ id }) => id) }),
    },
    now,
    newRoles: roles ?? [],
  });
  return { line, email, edit, signIn };
}

/** A hash in the row gives a sign-in to a user who has none. It never replaces a password. */
function planSignIn(
  { actor, accounts }: PlanContext,
  row: ValidRow,
  user: UserWithRoleIds,
): AddedSignIn | null {
  const { email, passwordHash } = row;
  if (passwordHash === null) return null;
  requireMayImportPasswords(actor);
  if (user.canSignIn) return null;
  if (accounts.has(email)) throw new RowRefused(accountExists);
  if (email !== user.email) throw new RowRefused(otherAddress);
  return { id: user.accountId, email, passwordHash };
}

function toStoredUser({ roles }: PlanContext, user: UserWithRoleIds, getsSignIn: boolean): StoredUser {
  return { ...withRoles(user, roles.stored), canSignIn: user.canSignIn || getsSignIn };
}

/** Counts the owners that the rows before have removed. */
function requireOwnerLeft(edit: UserEditPlan, owners: { left: number | null }): void {
  if (!removesActiveOwner(edit)) return;
  const left = (owners.left ?? edit.before.ownerCount ?? 0) - 1;
  if (left < 1) throw lastOwner();
  owners.left = left;
}

/**
 * Somebody who imports a password for an address can sign in with it, in every organization that the address is invited to later.
 * Only the operator, who has the database, may do so.
 */
function requireMayImportPasswords({ type }: Actor): void {
  if (type !== "system") throw new RowRefused(passwordsNotAllowed);
}

const passwordsNotAllowed: Refusal = {
  code: "imports/passwords-not-allowed",
  detail:
    "Only the operator of the server can import passwords, with gatehouse users import. Leave the column out.",
};

const emailTaken: Refusal = {
  code: "users/email-taken",
  detail: "The external id belongs to another user than the address. Correct one of them.",
};

const accountExists: Refusal = {
  code: "imports/account-exists",
  detail:
    "An account with this address exists already. Remove the user and import them again, or leave the password out.",
};

const otherAddress: Refusal = {
  code: "imports/other-address",
  detail: "A password can be added only for the address that the user has. Change the address first.",
};

const domainNotAllowed: Refusal = {
  code: "invitations/domain-not-allowed",
  detail:
    "The organization doesn't allow addresses of this domain. Change that in the settings, or use another address.",
};
