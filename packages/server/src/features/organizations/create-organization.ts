import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import type { Language } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { RequestOrigin } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { insertAccount } from "../accounts/index.ts";
import { insertRoles, linkTemplates } from "../roles/index.ts";
import { insertUsers } from "../users/index.ts";
import type { Start } from "./choose-start.ts";

/** An organization to create. */
export interface NewOrganization {
  readonly name: string;
  readonly owner: {
    readonly name: string;
    /** Canonical. */
    readonly email: string;
    readonly language: Language;
  } & (
    | { /** Of a new account. */ readonly passwordHash: string }
    | { /** The account that has the address; it stays as it is. */ readonly accountId: string }
  );
  readonly start: Start;
  readonly origin: RequestOrigin;
}

/** The created ids. `roleIds` has the keys of the starting point's roles; `owner` is always present. */
export interface CreatedOrganization {
  readonly organizationId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly roleIds: ReadonlyMap<string, string>;
}

/**
 * Creates an organization with its catalogue, roles and owner. The caller's transaction enters the organization. Returns
 * null if a new account is needed for the owner and their address has one already.
 */
export async function createOrganization(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { name, owner, start, origin }: NewOrganization,
): Promise<CreatedOrganization | null> {
  const now = deps.clock.now();
  const [organizationId, userId] = [deps.ids.next(), deps.ids.next()];
  const accountId = "accountId" in owner ? owner.accountId : deps.ids.next();
  if ("passwordHash" in owner && !(await insertAccount(tx, { ...owner, id: accountId, createdAt: now })))
    return null;
  const { roleIds, ownerRoleId } = await foundOrganization(deps, tx, {
    organizationId,
    name,
    language: owner.language,
    start,
  });
  const system = { type: "system", id: null, name: "Set-up" } as const;
  const user = {
    id: userId,
    accountId,
    name: owner.name,
    email: owner.email,
    createdAt: now,
    invitedBy: null,
  };
  await insertUsers(tx, organizationId, [
    { ...user, grants: [{ roleId: ownerRoleId, grantedBy: system, grantedAt: now }] },
  ]);
  const target = { type: "organization", id: organizationId, name };
  await record(deps, tx, { ...system, organizationId, origin }, [
    {
      action: "organizations.created",
      target,
      changes: [{ field: "owner", before: null, after: owner.email }],
    },
  ]);
  return { organizationId, accountId, userId, roleIds };
}

/** An organization without users. */
export interface FoundedOrganization {
  /** With the keys of the starting point's roles. */
  readonly roleIds: ReadonlyMap<string, string>;
  readonly ownerRoleId: string;
}

/** Enters the new organization, and inserts it with its catalogue and roles. The transaction has to add or invite an owner. */
export async function foundOrganization(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  {
    organizationId,
    name,
    language,
    start,
  }: Pick<NewOrganization, "name" | "start"> & {
    readonly organizationId: string;
    readonly language: Language;
  },
): Promise<FoundedOrganization> {
  const now = deps.clock.now();
  await enterOrganization(tx, organizationId);
  const roles = start.roles.map(({ key, ...role }) => ({ key, role: { ...role, id: deps.ids.next() } }));
  const ownerRole = roles.find(({ role }) => role.isOwner)?.role;
  if (ownerRole === undefined) throw new Error("There is no owner role.");
  await Promise.all([
    tx.query(sql`INSERT INTO organizations (organization_id, name, language, users_sorted_in, created_at)
      VALUES (${organizationId}, ${name}, ${language}, ${language}, ${now})`),
    tx.query(sql`
      INSERT INTO catalogues (organization_id, definition, updated_at)
      VALUES (${organizationId}, ${serialiseCatalogue(start.catalogue)}::jsonb, ${now})`),
    insertRoles(
      tx,
      organizationId,
      now,
      roles.map(({ role }) => role),
    ),
    linkTemplates(
      tx,
      organizationId,
      roles.flatMap(({ key, role: { id, templateHash } }) =>
        templateHash === undefined ? [] : [{ key, roleId: id, hash: templateHash }],
      ),
    ),
    ...(start.push === null ? [] : [insertPush(tx, organizationId, start.push, now)]),
  ]);
  return {
    roleIds: new Map(roles.map(({ key, role }) => [key, role.id])),
    ownerRoleId: ownerRole.id,
  };
}

function insertPush(tx: Tx, organizationId: string, push: NonNullable<Start["push"]>, now: Date) {
  return tx.query(sql`INSERT INTO catalogue_pushes (organization_id, version, outcome, ended_at)
    VALUES (${organizationId}, ${push.version}, ${push.outcome}, ${now})`);
}
