/**
 * Compiled roles, cached in memory by version: what a role grants, never who holds it. The version comes from the
 * database with every request and is unique to one state of the role, so a cached entry is either correct or never
 * read.
 */
import { type Catalogue, type CompiledRole, compileRole, type Role } from "@gatehouse/access";
import type { Tx } from "../db/database.ts";
import { type RowVersion, rowVersion } from "../db/row-version.ts";
import { sql } from "../db/sql.ts";

interface CachedRole {
  readonly version: RowVersion;
  readonly catalogue: Catalogue;
  readonly role: CompiledRole;
}

/** By role id; ids are never reused. */
const cache = new Map<string, CachedRole>();
const maxCached = 20_000;

/** A cached role at a version under a catalogue, or null when it has to be loaded first. */
export function getCachedRole(
  catalogue: Catalogue,
  roleId: string,
  version: RowVersion,
): CompiledRole | null {
  const cached = cache.get(roleId);
  return cached?.version === version && cached.catalogue === catalogue ? cached.role : null;
}

/** Loads roles into the cache. */
export async function loadRoles(
  tx: Tx,
  organizationId: string,
  catalogue: Catalogue,
  ids: readonly string[],
): Promise<void> {
  const { rows } = await tx.query(sql<Role & { readonly version: RowVersion }>`
    SELECT r.role_id AS id, r.name, r.is_owner AS "isOwner", ${rowVersion("r")} AS version, ARRAY(
      SELECT p.permission FROM role_permissions p
      WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} AND r.role_id = ANY(${ids}::uuid[])`);
  if (cache.size + rows.length > maxCached) cache.clear();
  for (const { version, ...role } of rows)
    cache.set(role.id, { version, catalogue, role: compileRole(catalogue, role) });
}
