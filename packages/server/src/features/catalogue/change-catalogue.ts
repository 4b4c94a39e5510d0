import { type Catalogue, CatalogueError, permissionSet } from "@gatehouse/access";
import { parseCatalogue, serialiseCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import { type AuditChange, record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor, SystemActor } from "../../http/actor.ts";
import { authorizeRead, authorizeWrite } from "../../http/authorize-write.ts";
import { catalogueAt } from "../../http/catalogues.ts";
import { overCeiling, stale } from "../../http/common-refusals.ts";
import { notFound, Refusal } from "../../http/refusal.ts";
import { compareCatalogues } from "./compare-catalogues.ts";
import {
  findVersion,
  groupInvitations,
  groupUsers,
  keepOnly,
  listKeys,
  listRoles,
  updateCatalogue,
} from "./queries.ts";

/** A new catalogue as it is asked for. */
export interface CatalogueInput {
  /** In either form that `parseCatalogue` reads, without Gatehouse's own groups. */
  readonly declaration: unknown;
  /** Permissions that may disappear although something gives them. */
  readonly drop: readonly string[];
  /** The version that the caller saw; null only answers what would change. */
  readonly version: RowVersion | null;
}

type Needs = Pick<Deps, "db" | "clock" | "ids">;

/**
 * Replaces the organization's catalogue, and takes what disappears from roles and keys in the same transaction.
 * @throws Refusal permissions/invalid, permissions/in-use, forbidden/grant-ceiling, precondition/failed
 */
export async function changeCatalogue(
  deps: Needs,
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
    if (!isPreview && version !== input.version) throw stale(version);
    const before = await catalogueAt(tx, organizationId, version);
    const change = await explore(deps, tx, actor, { before, after });
    requireHeld(actor, before, change);
    const isSame = serialiseCatalogue(before) === serialiseCatalogue(after);
    const told = asSeenBy(actor, change);
    if (isPreview || isSame) return { change: told, version };
    requireNamed(change.inUse, input.drop);
    const written = await write(deps, tx, actor, { before, after, change, name: row.organizationName });
    return { change: told, version: written };
  });
}

function readCatalogue(declaration: unknown): Catalogue {
  try {
    return withOwnGroups(parseCatalogue(declaration));
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    throw new Refusal("permissions/invalid", {
      detail: error.message,
      errors: [{ path: error.path, code: "permissions/invalid", detail: error.reason }],
    });
  }
}

interface Both {
  readonly before: Catalogue;
  readonly after: Catalogue;
}

async function explore(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  { organizationId }: Actor,
  { before, after }: Both,
): Promise<CatalogueChange> {
  const now = clock.now();
  return compareCatalogues(before, after, {
    roles: await listRoles(tx, organizationId),
    users: await groupUsers(tx, organizationId, now),
    invitations: await groupInvitations(tx, organizationId, now),
    keys: await listKeys(tx, organizationId, now),
  });
}

/**
 * The grant ceiling: what roles and keys gain or lose must be the actor's own. Permissions that are new are nobody's yet.
 */
function requireHeld(actor: Actor, before: Catalogue, { roles, apiKeys }: CatalogueChange): void {
  const own = new Set(permissionSet.names(actor.permissions));
  const touched = new Set([...roles.gained, ...roles.lost, ...apiKeys.gained, ...apiKeys.lost]);
  const missing = [...touched].filter((name) => before.positions.has(name) && !own.has(name));
  if (missing.length > 0) throw overCeiling("What this changes in roles and API keys", missing.toSorted());
}

/** How many are affected is told to whoever may change the catalogue; who they are, to those who may see them anyway. */
function asSeenBy({ permissions }: Actor, change: CatalogueChange): CatalogueChange {
  const sees = (permission: string) => permissionSet.has(permissions, permission);
  const nameless = { names: [] };
  return {
    ...change,
    roles: { ...change.roles, ...(sees("roles:view") ? {} : nameless) },
    users: { ...change.users, ...(sees("users:view") ? {} : nameless) },
    invitations: { ...change.invitations, ...(sees("invitations:view") ? {} : nameless) },
    apiKeys: { ...change.apiKeys, ...(sees("api-keys:view") ? {} : nameless) },
  };
}

function requireNamed(inUse: readonly string[], drop: readonly string[]): void {
  const named = new Set(drop);
  const unnamed = inUse.filter((name) => !named.has(name));
  if (unnamed.length === 0) return;
  const shown = unnamed.slice(0, 3).join(", ");
  const more = unnamed.length > 3 ? ` and ${unnamed.length - 3} more` : "";
  throw new Refusal("permissions/in-use", {
    detail: `Roles or API keys give ${shown}${more}. Keep them in the catalogue, or name them in drop to take them away.`,
    params: { permissions: unnamed },
  });
}

async function write(
  deps: Needs,
  tx: Tx,
  actor: Actor,
  { before, after, change, name }: Both & { readonly change: CatalogueChange; readonly name: string },
): Promise<RowVersion> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const version = await updateCatalogue(tx, organizationId, { definition: serialiseCatalogue(after), now });
  const permissions = before.permissions.filter((name) => after.positions.has(name));
  await keepOnly(tx, organizationId, { permissions, now });
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
