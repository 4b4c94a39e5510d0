/**
 * Roles worked out, kept in memory by their version: what a role gives, never who holds it. A version comes from the database
 * with every request, and no other state of the role has it, in whatever history of the database: what is kept under it is true
 * or isn't asked for.
 */
import { type Catalogue, type CompiledRole, compileRole, type Role } from "@gatehouse/access";
import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import { type RowVersion, rowVersion } from "../database/row-version.ts";

interface KeptRole {
  readonly version: RowVersion;
  readonly catalogue: Catalogue;
  readonly role: CompiledRole;
}

/** By role. Ids are never given twice. */
const kept = new Map<string, KeptRole>();
const mostKept = 20_000;

/** A role at a version under a catalogue, or null when it has to be learnt first. */
export function keptRole(catalogue: Catalogue, roleId: string, version: RowVersion): CompiledRole | null {
  const known = kept.get(roleId);
  return known?.version === version && known.catalogue === catalogue ? known.role : null;
}

/** Reads roles and keeps them. */
export async function learnRoles(
  tx: Tx,
  organizationId: string,
  catalogue: Catalogue,
  ids: readonly string[],
): Promise<void> {
  const { rows } = await sql<Role & { readonly version: RowVersion }>`
    SELECT r.role_id AS id, r.name, r.is_owner AS "isOwner", ${rowVersion("r")} AS version, ARRAY(
      SELECT p.permission FROM role_permissions p
      WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} AND r.role_id = ANY(${ids}::uuid[])`.execute(tx);
  if (kept.size + rows.length > mostKept) kept.clear();
  for (const { version, ...role } of rows)
    kept.set(role.id, { version, catalogue, role: compileRole(catalogue, role) });
}
