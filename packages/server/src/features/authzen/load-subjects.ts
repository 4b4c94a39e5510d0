/** Loads an API key and the requested subjects in one round trip. */
import { type CompiledRole, permissionsOfRoles, type Subject, subjectAt } from "@gatehouse/access";
import type { Actor } from "../../auth/actor.ts";
import { explainInvalidKey, parseKeyOrganization, toKeyActor } from "../../auth/api-keys.ts";
import { getCachedCatalogue, getCatalogue } from "../../auth/catalogue-cache.ts";
import { capKeyPermissions } from "../../auth/memberships.ts";
import { getCachedRole, loadRoles } from "../../auth/role-cache.ts";
import { noVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";
import type { SubjectKey, Subjects } from "./evaluate.ts";
import { type KeyAndGrants, selectKeyAndGrants } from "./queries.ts";

/** The caller, and the active users among the requested subjects. */
export interface LoadedSubjects {
  readonly caller: Omit<Actor, "origin">;
  readonly subjects: Subjects;
}

type LoadDeps = Pick<Deps, "db" | "clock" | "lastUse">;

/** Attempts, while roles change between two reads. */
const maxAttempts = 5;

/**
 * Reads the key and the grants in one statement. Permissions of roles come from the role cache, by version; when a version is
 * missing, roles are loaded and the statement runs again, so grants and roles are always of the same moment.
 * @throws ApiError auth/* for an invalid key, unavailable when roles change too often
 */
export async function loadSubjects(
  deps: LoadDeps,
  bearer: string,
  keys: ReadonlySet<SubjectKey>,
): Promise<LoadedSubjects> {
  const organizationId = parseKeyOrganization(bearer);
  const requestedIds = { userIds: selectIds(keys, "user "), externalIds: selectIds(keys, "external ") };
  const secretHash = hashToken(bearer);
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const query = { secretHash, now: deps.clock.now() };
    const [row] = await deps.db.readInOneRoundTrip(
      organizationId,
      selectKeyAndGrants(organizationId, { ...query, ...requestedIds }),
    );
    if (row === undefined || row.catalogueVersion === null)
      throw await explainInvalidKey(deps, organizationId, query);
    const loaded = resolveSubjects(organizationId, row, query.now);
    if (loaded !== null) {
      deps.lastUse.recordKey(organizationId, row, query.now);
      return loaded;
    }
    await loadMissingRoles(deps, organizationId, row);
  }
  throw new ApiError("unavailable", {
    detail: "Roles are changing too often right now. Try again in a moment.",
    retryAfter: 1,
  });
}

function selectIds(keys: ReadonlySet<SubjectKey>, kind: "user " | "external "): readonly string[] {
  return [...keys].filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));
}

/** Subjects by key; null when the catalogue or a role isn't cached in its current version. */
function resolveSubjects(organizationId: string, row: KeyAndGrants, now: Date): LoadedSubjects | null {
  const catalogue = getCachedCatalogue(organizationId, row.catalogueVersion ?? noVersion);
  if (catalogue === null) return null;
  const roles = new Map<string, CompiledRole>();
  const roleIdsByUser = new Map<string, string[]>();
  const externalIds = new Map<string, string>();
  let creatorStatus: "active" | "suspended" | null = null;
  for (const [userId, status, roleId, version, externalId] of row.grants ?? []) {
    if (userId === row.createdBy) creatorStatus = status;
    if (status !== "active") continue;
    const ids = roleIdsByUser.get(userId) ?? [];
    roleIdsByUser.set(userId, ids);
    if (externalId !== null) externalIds.set(userId, externalId);
    if (roleId === null || version === null) continue;
    const role = roles.get(roleId) ?? getCachedRole(catalogue, roleId, version);
    if (role === null) return null;
    roles.set(roleId, role);
    ids.push(roleId);
  }
  const subjects = new Map<SubjectKey, Subject>();
  for (const [userId, ids] of roleIdsByUser) {
    const grants = ids.map((roleId) => ({ roleId, grantedBy: "", grantedAt: now }));
    const subject = subjectAt({ catalogue, roles, grants, now });
    subjects.set(`user ${userId}`, subject);
    const externalId = externalIds.get(userId);
    if (externalId !== undefined) subjects.set(`external ${externalId}`, subject);
  }
  const creatorPermissions =
    subjects.get(`user ${row.createdBy}`)?.permissions ?? permissionsOfRoles(catalogue, []);
  const rights = capKeyPermissions(catalogue, { ...row, status: creatorStatus }, creatorPermissions);
  return { caller: toKeyActor(organizationId, row, rights), subjects };
}

async function loadMissingRoles(
  { db }: LoadDeps,
  organizationId: string,
  { grants }: KeyAndGrants,
): Promise<void> {
  const ids = new Set((grants ?? []).flatMap(([, , roleId]) => roleId ?? []));
  await db.tenant(
    organizationId,
    async (tx) => loadRoles(tx, organizationId, await getCatalogue(tx, organizationId), [...ids]),
    {
      readOnly: true,
      isPriority: true,
    },
  );
}
