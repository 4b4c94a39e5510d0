import { type Catalogue, CatalogueError, permissionSet } from "@gatehouse/access";
import {
  mayChangeCatalogue,
  parseCatalogue,
  serialiseCatalogue,
  withOwnGroups,
} from "@gatehouse/access/catalogue";
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import { type AuditChange, record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor, SystemActor } from "../../http/actor.ts";
import { authorizeRead, authorizeWrite } from "../../http/authorize-write.ts";
import { catalogueAt, versionOf } from "../../http/catalogues.ts";
import { overCeiling, stale } from "../../http/common-refusals.ts";
import { notFound, Refusal } from "../../http/refusal.ts";
import { compareCatalogues, type Stakes } from "./compare-catalogues.ts";
import {
  findVersion,
  groupInvitations,
  groupUsers,
  keepOnly,
  listKeys,
  listRoleIds,
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
 * @throws Refusal permissions/invalid, permissions/in-use, forbidden/grant-ceiling, forbidden/own-roles, precondition/failed
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
    // What the actor holds is known under the catalogue at the start, which must be the one that is replaced.
    const isSeen = isPreview || version === input.version;
    if (!isSeen || version !== versionOf(actor.catalogue)) throw stale(version);
    const before = await catalogueAt(tx, organizationId, version);
    const stakes = await findStakes(deps, tx, organizationId);
    await requireWithinCeiling(tx, actor, { before, after, stakes });
    const change = compareCatalogues(before, after, stakes);
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

async function findStakes({ clock }: Pick<Deps, "clock">, tx: Tx, organizationId: string): Promise<Stakes> {
  const now = clock.now();
  return {
    roles: await listRoles(tx, organizationId),
    users: await groupUsers(tx, organizationId, now),
    invitations: await groupInvitations(tx, organizationId, now),
    keys: await listKeys(tx, organizationId, now),
  };
}

/** @throws Refusal forbidden/grant-ceiling, forbidden/own-roles */
async function requireWithinCeiling(
  tx: Tx,
  { organizationId, ownUserId, permissions }: Actor,
  { before, after, stakes }: Both & { readonly stakes: Stakes },
): Promise<void> {
  const roleIds = ownUserId === null ? [] : await listRoleIds(tx, organizationId, ownUserId);
  const decision = mayChangeCatalogue({
    actor: { permissions, roleIds },
    before,
    after,
    roles: stakes.roles,
    keys: stakes.keys.map((key) => key.permissions),
  });
  const [reason] = decision.allowed ? [] : decision.reasons;
  if (reason === undefined) return;
  if (reason.reason === "own-roles") throw ownRoleGains(reason.gained);
  throw reason.of === "changed"
    ? overCeiling("What this changes in roles, in API keys or for owners", reason.missing)
    : holdersAbove();
}

/** What the other roles and keys hold isn't named: whoever changes the catalogue may not see it. */
function holdersAbove(): Refusal {
  return new Refusal("forbidden/grant-ceiling", {
    detail:
      "This adds permissions to roles or API keys that hold more than you do. Leave implies as it is there, or ask an owner to make this change.",
    params: { missing: [] },
  });
}

function ownRoleGains(gained: readonly string[]): Refusal {
  return new Refusal("forbidden/own-roles", {
    detail: `This adds ${gained.slice(0, 3).join(", ")} to a role that you hold yourself. Ask an owner to make this change.`,
    params: { gained },
  });
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
