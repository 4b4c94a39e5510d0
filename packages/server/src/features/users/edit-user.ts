import { foldText, type UserDetails, type UserEdit } from "@gatehouse/sdk/contract";
import { type AuditEntry, record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import { type Actor, type AuthenticatedActor, referenceTo } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { stale } from "../../http/common-refusals.ts";
import { endSessionsWithoutUse } from "../sessions/index.ts";
import { type PlannedEdit, planEdit, type WantedEdit } from "./plan-edit.ts";
import { type StoredGrant, type StoredUser, updateUser } from "./queries.ts";
import { explainConflict } from "./refusals.ts";
import { viewUser } from "./user-view.ts";

/**
 * Changes profile, status and roles of a user who still has the version that the caller saw: all of it or nothing, with
 * one audit event for each kind of change. An edit that changes nothing leaves version and log alone.
 * @throws Refusal not-found, forbidden/*, roles/unknown, users/role-gone, users/last-owner, precondition/failed
 */
export async function editUser(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly version: RowVersion; readonly edit: UserEdit },
): Promise<{ readonly user: UserDetails; readonly version: RowVersion }> {
  try {
    const { user } = await authorizeWrite(deps, actor, (tx, actor) => editUserIn(deps, tx, actor, input));
    return { user: viewUser(user), version: user.version };
  } catch (error) {
    throw explainConflict(error);
  }
}

/**
 * The same inside a transaction, for callers that do more in it; without a version whatever the user is now is changed.
 * What it refuses it refuses before it writes; what the database refuses comes as the database's error, and ends the
 * transaction: `explainConflict` puts it into words.
 */
export async function editUserIn(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  actor: Actor,
  input: { readonly userId: string; readonly version?: RowVersion; readonly edit: WantedEdit },
): Promise<{ readonly user: StoredUser; readonly isChanged: boolean }> {
  const now = deps.clock.now();
  const plan = await planEdit(tx, actor, { ...input, now });
  const { before } = plan;
  if (input.version !== undefined && before.version !== input.version) throw stale(before.version);
  const events = eventsOf(plan);
  if (events.length === 0) return { user: before, isChanged: false };
  const version = await write(tx, actor, plan, now);
  await record(deps, tx, actor, events);
  return { user: { ...edited(actor, plan, now), version }, isChanged: true };
}

async function write(tx: Tx, actor: Actor, plan: PlannedEdit, now: Date): Promise<RowVersion> {
  const { before, profile, kept, added, removed } = plan;
  const { status, ...rest } = profile;
  const version = await updateUser(tx, actor.organizationId, {
    id: before.id,
    version: before.version,
    profile: profileChanges(plan).length === 0 ? null : { ...rest, email: before.email },
    status: status === before.status ? null : status,
    roles:
      added.length + removed.length === 0
        ? null
        : { keptIds: kept.map(({ id }) => id), addedIds: added.map(({ id }) => id) },
    grantedBy: referenceTo(actor),
    now,
  });
  if (version === null) throw stale(before.version, 1);
  if (status === "suspended" && before.status === "active")
    await endSessionsWithoutUse(tx, before.accountId, actor.organizationId);
  return version;
}

function profileChanges({ before, profile }: PlannedEdit): NonNullable<AuditEntry["changes"]> {
  return (["name", "phone", "externalId"] as const)
    .filter((field) => before[field] !== profile[field])
    .map((field) => ({ field, before: before[field], after: profile[field] }));
}

function eventsOf(plan: PlannedEdit): readonly AuditEntry[] {
  const { before, profile, kept, added, removed } = plan;
  const target = { type: "user", id: before.id, name: before.name };
  const changes = profileChanges(plan);
  const events: AuditEntry[] = [];
  if (changes.length > 0) events.push({ action: "users.edited", target, changes });
  if (before.status !== profile.status)
    events.push({
      action: profile.status === "suspended" ? "users.suspended" : "users.restored",
      target,
      changes: [{ field: "status", before: before.status, after: profile.status }],
    });
  if (added.length + removed.length > 0) {
    const names = before.grants.map(({ role }) => role.name);
    const after = [...kept, ...added].map((role) => role.name);
    events.push({
      action: "users.roles-changed",
      target,
      changes: [{ field: "roles", before: names, after }],
    });
  }
  return events;
}

/** The user as the transaction leaves them, but for the version. */
function edited(actor: Actor, { before, profile, kept, added }: PlannedEdit, now: Date): StoredUser {
  const keptIds = new Set(kept.map((role) => role.id));
  const grants: readonly StoredGrant[] = [
    ...before.grants.filter(({ role }) => keptIds.has(role.id)),
    ...added.map(({ id, name, isOwner }) => ({
      role: { id, name, isOwner, permissions: [] },
      grantedBy: referenceTo(actor),
      grantedAt: now,
      expiresAt: null,
    })),
  ];
  return { ...before, ...profile, grants: grants.toSorted(byRole) };
}

/** The order in which roles are shown: the built-in one first, then by name. */
function byRole({ role: one }: StoredGrant, { role: other }: StoredGrant): number {
  if (one.isOwner !== other.isOwner) return one.isOwner ? -1 : 1;
  const [key, otherKey] = [foldText(one.name), foldText(other.name)];
  return key < otherKey ? -1 : key > otherKey ? 1 : 0;
}
