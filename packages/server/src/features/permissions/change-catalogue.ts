import { type Catalogue, CatalogueError, permissionSet } from "@gatehouse/access";
import {
  mayChangeCatalogue,
  parseCatalogue,
  rightsChange,
  serialiseCatalogue,
  withOwnGroups,
} from "@gatehouse/access/catalogue";
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import { type AuditActor, type AuditChange, record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor, SystemActor } from "../../auth/actor.ts";
import { authorizeRead, authorizeWrite } from "../../auth/authorize-write.ts";
import { getCatalogueAt, getCatalogueVersion } from "../../auth/catalogue-cache.ts";
import { findOutlastingError } from "../../auth/grant-ceiling.ts";
import type { PermissionEnds } from "../../auth/permission-ends.ts";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, grantCeilingExceeded, notFound, preconditionFailed } from "../../errors/api-error.ts";
import { type CatalogueUsage, compareCatalogues } from "./compare-catalogues.ts";
import {
  findVersion,
  groupInvitations,
  groupUsers,
  listActiveKeys,
  listRoleIds,
  listRoles,
  removeOtherPermissions,
  updateCatalogue,
} from "./queries.ts";

/** The request body of a new catalogue. */
export interface CatalogueInput {
  /** In either form that `parseCatalogue` accepts, without the built-in groups. */
  readonly declaration: unknown;
  /** Permissions that may be removed although roles or keys have them. */
  readonly drop: readonly string[] | "all";
  /** The expected version; null for a preview. */
  readonly version: RowVersion | null;
}

type CatalogueDeps = Pick<Deps, "db" | "clock" | "ids">;

/**
 * Replaces the organization's catalogue, and deletes removed permissions from roles and keys in the same transaction.
 * @throws ApiError permissions/invalid, permissions/in-use, forbidden/grant-ceiling, forbidden/own-roles, precondition/failed
 */
export async function changeCatalogue(
  deps: CatalogueDeps,
  actor: AuthenticatedActor | SystemActor,
  input: CatalogueInput,
): Promise<{ readonly change: CatalogueChange; readonly version: RowVersion }> {
  const after = readCatalogue(input.declaration);
  const isPreview = input.version === null;
  const { organizationId } = actor;
  const authorize = isPreview ? authorizeRead : authorizeWrite;
  return authorize(deps, actor, async (tx, actor) => {
    const row = await findVersion(tx, organizationId, isPreview);
    if (row === null) throw notFound();
    const { version } = row;
    // The actor's permissions were computed with the catalogue at the start, which must be the one that is replaced.
    const isExpectedVersion = isPreview || version === input.version;
    if (!isExpectedVersion || version !== getCatalogueVersion(actor.catalogue))
      throw preconditionFailed(version);
    const before = await getCatalogueAt(tx, organizationId, version);
    const usage = await loadUsage(deps, tx, actor);
    await requireWithinCeiling(tx, actor, { before, after, usage });
    const change = compareCatalogues(before, after, usage);
    const isSame = serialiseCatalogue(before) === serialiseCatalogue(after);
    const visibleChange = hideNames(actor, change);
    if (isPreview || isSame) return { change: visibleChange, version };
    const notDropped = findUsedError(change.inUse, input.drop);
    if (notDropped !== null) throw notDropped;
    const written = await writeCatalogue(deps, tx, actor, {
      before,
      after,
      change,
      name: row.organizationName,
    });
    return { change: visibleChange, version: written };
  });
}

/**
 * Parses a panel's declaration, and adds the built-in groups. `path` is its place in the request.
 * @throws ApiError permissions/invalid
 */
export function readCatalogue(declaration: unknown, path = ""): Catalogue {
  try {
    return withOwnGroups(parseCatalogue(declaration));
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    throw new ApiError("permissions/invalid", {
      detail: error.message,
      errors: [
        {
          path: [path, error.path].filter((part) => part !== "").join("."),
          code: "permissions/invalid",
          detail: error.reason,
        },
      ],
    });
  }
}

interface BeforeAndAfter {
  readonly before: Catalogue;
  readonly after: Catalogue;
}

async function loadUsage(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  { organizationId, language }: Pick<Actor, "organizationId" | "language">,
): Promise<CatalogueUsage> {
  const now = clock.now();
  return {
    roles: await listRoles(tx, organizationId, language),
    users: await groupUsers(tx, organizationId, now),
    invitations: await groupInvitations(tx, organizationId, now),
    keys: await listActiveKeys(tx, organizationId, now),
  };
}

/** @throws ApiError forbidden/grant-ceiling, forbidden/own-roles */
async function requireWithinCeiling(
  tx: Tx,
  { organizationId, ownUserId, permissions, permissionEnds }: Actor,
  { before, after, usage }: BeforeAndAfter & { readonly usage: CatalogueUsage },
): Promise<void> {
  const roleIds = ownUserId === null ? [] : await listRoleIds(tx, organizationId, ownUserId);
  const decision = mayChangeCatalogue({
    actor: { permissions, roleIds },
    before,
    after,
    roles: usage.roles,
    keys: usage.keys.map((key) => key.permissions),
  });
  const [reason] = decision.allowed ? [] : decision.reasons;
  if (reason === undefined) return requireLasting(permissionEnds, { before, after, usage });
  if (reason.reason === "own-roles") throw ownRoleGains(reason.gained);
  throw reason.of === "changed"
    ? grantCeilingExceeded("What this changes in roles, in API keys or for owners", reason.missing)
    : usersAboveCeiling();
}

/**
 * What roles and API keys gain stays with them: an actor who holds it only for a time can't add it.
 * @throws ApiError forbidden/grant-ceiling
 */
function requireLasting(
  permissionEnds: PermissionEnds,
  { before, after, usage }: BeforeAndAfter & { readonly usage: CatalogueUsage },
): void {
  const lists = [...usage.roles, ...usage.keys.map(({ permissions }) => ({ permissions, isOwner: false }))];
  const gained = lists
    .filter(({ isOwner }) => !isOwner)
    .flatMap((list) => rightsChange(before, after, list).gained);
  const what = "What this adds to roles and API keys";
  const error = findOutlastingError({ permissionEnds }, { what, names: new Set(gained), expiresAt: null });
  if (error !== null) throw error;
}

/** Doesn't name the permissions of other roles and keys, because the actor may not be allowed to see them. */
function usersAboveCeiling(): ApiError {
  return new ApiError("forbidden/grant-ceiling", {
    detail:
      "This adds permissions to roles or API keys that exceed your own permissions. Leave implies unchanged there, or ask an owner to make this change.",
    params: { missing: [] },
  });
}

function ownRoleGains(gained: readonly string[]): ApiError {
  return new ApiError("forbidden/own-roles", {
    detail: `This adds ${gained.slice(0, 3).join(", ")} to a role that you have. Ask an owner to make this change.`,
    params: { gained },
  });
}

/** Every actor sees how many are affected; the names need the permission to view them. */
function hideNames({ permissions }: Actor, change: CatalogueChange): CatalogueChange {
  const mayView = (permission: string) => permissionSet.has(permissions, permission);
  const noNames = { names: [] };
  return {
    ...change,
    roles: { ...change.roles, ...(mayView("roles:view") ? {} : noNames) },
    users: { ...change.users, ...(mayView("users:view") ? {} : noNames) },
    invitations: { ...change.invitations, ...(mayView("invitations:view") ? {} : noNames) },
    apiKeys: { ...change.apiKeys, ...(mayView("api-keys:view") ? {} : noNames) },
  };
}

/** Why permissions that roles or API keys give can't be removed: `drop` doesn't name all of them. Null when it does. */
export function findUsedError(inUse: readonly string[], drop: readonly string[] | "all"): ApiError | null {
  if (drop === "all") return null;
  const dropped = new Set(drop);
  const notDropped = inUse.filter((name) => !dropped.has(name));
  if (notDropped.length === 0) return null;
  const shown = notDropped.slice(0, 3).join(", ");
  const more = notDropped.length > 3 ? ` and ${notDropped.length - 3} more` : "";
  return new ApiError("permissions/in-use", {
    detail: `Roles or API keys give ${shown}${more}. Keep them in the catalogue, or name them in drop to take them away; dropAll=true takes all of them.`,
    params: { permissions: notDropped },
  });
}

/** Stores a new catalogue, deletes removed permissions from roles and keys, and records the change. Returns the new version. */
export async function writeCatalogue(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: AuditActor,
  {
    before,
    after,
    change,
    name,
  }: BeforeAndAfter & {
    readonly change: Pick<CatalogueChange, "appeared" | "disappeared" | "changed">;
    readonly name: string;
  },
): Promise<RowVersion> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const permissions = before.permissions.filter((name) => after.positions.has(name));
  const [version] = await Promise.all([
    updateCatalogue(tx, organizationId, { definition: serialiseCatalogue(after), now }),
    removeOtherPermissions(tx, organizationId, { permissions, now }),
  ]);
  const all: readonly AuditChange[] = [
    { field: "appeared", before: null, after: change.appeared },
    { field: "disappeared", before: change.disappeared, after: null },
    { field: "changed", before: null, after: change.changed },
  ];
  const changes = all.filter(({ before: was, after: is }) => [was ?? is].flat().length > 0);
  const target = { type: "organization", id: organizationId, name };
  await record(deps, tx, actor, [{ action: "permissions.changed", target, changes }]);
  return version;
}
