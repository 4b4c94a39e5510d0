/**
 * Compiled roles, cached in memory by version (which includes the revision, so a restored database never matches) and
 * catalogue. Never a decision, only what a role contains.
 */
import { type Catalogue, type CompiledRole, compileRole, type Role } from "@gatehouse/access";
import type { Database, Tx } from "../db/database.ts";
import { type RowVersion, rowVersion } from "../db/row-version.ts";
import { named, sql } from "../db/sql.ts";
import { ApiError } from "../errors/api-error.ts";
import { getCatalogue } from "./catalogue-cache.ts";

interface CachedRole {
  readonly version: RowVersion;
  readonly catalogue: Catalogue;
  readonly role: CompiledRole;
}

/** By role id; ids are never reused. */
const cache = new Map<string, CachedRole>();
/** Permissions of all cached roles together, which take most of the memory. */
let cachedPermissions = 0;
const maxCachedPermissions = 1_000_000;

/** A role as a grant names it. */
export interface RoleReference {
  readonly id: string;
  readonly version: RowVersion;
}

/** A cached role at a version under a catalogue, or null when it has to be loaded first. */
export function getCachedRole(catalogue: Catalogue, { id, version }: RoleReference): CompiledRole | null {
  const cached = cache.get(id);
  return cached?.version === version && cached.catalogue === catalogue ? cached.role : null;
}

/** The cached roles by id; null when one of them has to be loaded first. */
export function getCachedRoles(
  catalogue: Catalogue,
  references: Iterable<RoleReference>,
): ReadonlyMap<string, CompiledRole> | null {
  const roles = new Map<string, CompiledRole>();
  for (const reference of references) {
    const role = getCachedRole(catalogue, reference);
    if (role === null) return null;
    roles.set(reference.id, role);
  }
  return roles;
}

/** Loads roles into the cache, in their current versions. */
export async function loadRoles(
  tx: Tx,
  organizationId: string,
  catalogue: Catalogue,
  ids: readonly string[],
): Promise<void> {
  const { rows } = await tx.query(sql<Role & { readonly version: RowVersion }>`${named("loadRoles")}
    SELECT r.role_id AS id, r.name, r.is_owner AS "isOwner", ${rowVersion("r")} AS version, ARRAY(
      SELECT p.permission FROM role_permissions p
      WHERE p.organization_id = ${organizationId} AND p.role_id = r.role_id) AS permissions
    FROM roles r WHERE r.organization_id = ${organizationId} AND r.role_id = ANY(${ids}::uuid[])`);
  for (const { version, ...role } of rows) {
    const compiled = compileRole(catalogue, role);
    const before = cache.get(role.id)?.role.chosen.size ?? 0;
    cachedPermissions += compiled.chosen.size - before;
    cache.set(role.id, { version, catalogue, role: compiled });
  }
  if (cachedPermissions <= maxCachedPermissions) return;
  const loaded = new Set(rows.map(({ id }) => id));
  for (const [id, { role }] of cache) {
    if (loaded.has(id)) continue;
    cache.delete(id);
    cachedPermissions -= role.chosen.size;
  }
}

/** Attempts, while roles change between two reads. */
const maxAttempts = 5;

/**
 * Reads grants and resolves their roles from the cache. When a version is missing, roles are loaded and the grants are read again, so
 * grants and roles are always of the same moment. `resolve` returns null for a missing version; `listRoleIds` says which roles a row has.
 * @throws ApiError unavailable when roles change too often
 */
export async function readWithRoles<Row, T>(
  { db }: { readonly db: Pick<Database, "tenant"> },
  organizationId: string,
  reading: {
    readonly read: () => Promise<Row>;
    readonly resolve: (row: Row) => Promise<T | null> | T | null;
    readonly listRoleIds: (row: Row) => readonly string[];
  },
): Promise<T> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const row = await reading.read();
    const resolved = await reading.resolve(row);
    if (resolved !== null) return resolved;
    const ids = reading.listRoleIds(row);
    await db.tenant(
      organizationId,
      async (tx) => loadRoles(tx, organizationId, await getCatalogue(tx, organizationId), ids),
      { readOnly: true, isPriority: true },
    );
  }
  throw new ApiError("unavailable", {
    detail: "Roles are changing too often right now. Try again in a moment.",
    retryAfter: 1,
  });
}
