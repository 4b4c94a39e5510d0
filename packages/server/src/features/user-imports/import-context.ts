/** What the rows of a batch need from the database. */
import { type CompiledRole, compileRoles } from "@gatehouse/access";
import { indexRoleNames } from "@gatehouse/sdk/contract";
import type { Actor } from "../../auth/actor.ts";
import { findGrantError } from "../../auth/grant-ceiling.ts";
import type { Tx } from "../../db/database.ts";
import type { RoleTranslations } from "../../db/role-texts.ts";
import { named, sql } from "../../db/sql.ts";
import { findRoles, type StoredRole } from "../roles/index.ts";
import { type Refusal, toRefusal, type ValidRow } from "./import-row.ts";

/** The roles that a row names, or why they can't be given. */
type RowRoles = { readonly roles: readonly StoredRole[] } | { readonly refusal: Refusal };

/** The roles of a batch. */
export interface BatchRoles {
  /** By id; those that rows name, and those with the ids that were asked for. */
  readonly stored: ReadonlyMap<string, StoredRole>;
  readonly compiled: ReadonlyMap<string, CompiledRole>;
  readonly resolve: (roles: NonNullable<ValidRow["roles"]>) => RowRoles;
  /** Why the actor can't give the role without an end; null when they can. */
  readonly findCeiling: (roleId: string) => Refusal | null;
}

/** Loads the roles that the rows name, and those with `ids`. */
export async function loadRoles(
  tx: Tx,
  actor: Actor,
  rows: readonly Pick<ValidRow, "roles">[],
  ids: Iterable<string> = [],
): Promise<BatchRoles> {
  const names = indexRoleNames(await listRoleNames(tx, actor.organizationId));
  const named = rows.flatMap(({ roles }) => {
    const found = roles === null ? null : resolveNames(names, roles);
    return found === null || "code" in found ? [] : found;
  });
  const all = await findRoles(tx, actor.organizationId, [...new Set([...named, ...ids])]);
  const stored = new Map(all.map((role) => [role.id, role]));
  const compiled = compileRoles(actor.catalogue, all);
  const ceilings = new Map<string, Refusal | null>();
  const findCeiling = (roleId: string): Refusal | null => {
    const known = ceilings.get(roleId);
    if (known !== undefined) return known;
    const role = compiled.get(roleId);
    if (role === undefined) return unknownRole(roleId);
    const gift = { what: `The role ${role.name}`, permissions: role.permissions, expiresAt: null };
    const error = findGrantError(actor, gift);
    const ceiling = error === null ? null : toRefusal(error);
    ceilings.set(roleId, ceiling);
    return ceiling;
  };
  const resolve = (roles: NonNullable<ValidRow["roles"]>): RowRoles => {
    const found = resolveNames(names, roles);
    if ("code" in found) return { refusal: found };
    return { roles: found.flatMap((id) => stored.get(id) ?? []) };
  };
  return { stored, compiled, resolve, findCeiling };
}

const maxRoles = 100;

function resolveNames(
  names: ReturnType<typeof indexRoleNames>,
  roles: NonNullable<ValidRow["roles"]>,
): readonly string[] | Refusal {
  const ids = new Set<string>();
  for (const cell of typeof roles === "string" ? [roles] : roles) {
    const found = names.resolve(cell);
    if ("unknown" in found) return unknownRole(found.unknown);
    if ("ambiguous" in found) return ambiguousRoles(found.ambiguous);
    for (const id of found.roleIds) ids.add(id);
  }
  return ids.size > maxRoles ? tooManyRoles : [...ids];
}

function unknownRole(name: string): Refusal {
  return {
    code: "roles/unknown",
    detail: `No role here is called “${name.slice(0, 100)}”. Create it first, or write another name.`,
  };
}

function ambiguousRoles(cell: string): Refusal {
  return {
    code: "imports/ambiguous-roles",
    detail: `“${cell.slice(0, 100)}” can be read as several lists of roles. Write a semicolon between the names.`,
  };
}

const tooManyRoles: Refusal = { code: "imports/too-many-roles", detail: "Give 100 roles at most." };

interface RoleName {
  readonly id: string;
  readonly name: string;
  readonly translations: RoleTranslations;
}

/** Id and names of every role of the organization. */
async function listRoleNames(tx: Tx, organizationId: string): Promise<readonly RoleName[]> {
  const { rows } = await tx.query(sql<RoleName>`${named("listNamesOfAllRoles")}
    SELECT r.role_id AS id, r.name, r.translations FROM roles r WHERE r.organization_id = ${organizationId}`);
  return rows;
}
