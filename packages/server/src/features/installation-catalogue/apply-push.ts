/** Applies a push to one organization, in one transaction: it gets all of it or nothing. */
import { record } from "../../audit/record.ts";
import { getCatalogueAt } from "../../auth/catalogue-cache.ts";
import type { Tx } from "../../db/database.ts";
import { type RowVersion, rowVersion } from "../../db/row-version.ts";
import { prepare, sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { compareDefinitions, listActiveKeys, writeCatalogue } from "../permissions/index.ts";
import {
  freeRoleNames,
  insertRoles,
  linkTemplates,
  listComparedRoles,
  listHeldRoles,
  lockRoles,
  removeRole,
  type TemplateLink,
  unassignRole,
  unlinkTemplates,
  updateTemplateRoles,
} from "../roles/index.ts";
import { isFollowing, isUpToDate, type PushPlan, planPush, toRoleEntries } from "./plan-push.ts";
import type { Push } from "./push.ts";
import { type PushOutcome, storeOutcome } from "./queries.ts";

/** What applying a push needs. */
export type ApplyDeps = Pick<Deps, "db" | "clock" | "ids">;

interface FoundOrganization {
  readonly name: string;
  readonly isDeleted: boolean;
  readonly version: RowVersion;
  readonly hasCatalogue: boolean;
  readonly links: readonly TemplateLink[];
}

/**
 * Applies a push and stores how it ended. Null if it had ended, if a later one had, or if the organization is deleted. An organization
 * that has everything takes one round trip.
 */
export async function applyPush(
  deps: ApplyDeps,
  organizationId: string,
  push: Push,
): Promise<PushOutcome | null> {
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      // In this order: what another process stored while this one waited for the lock is seen.
      const [, found, done] = await Promise.all([
        lockOrganizationCatalogue(tx, organizationId),
        findOrganization(tx, organizationId, push.definitionHash),
        findEndedPush(tx, organizationId),
      ]);
      if (found === null || found.isDeleted || (done !== null && done >= push.version)) return null;
      const outcome = isUpToDate(push, found.links, found.hasCatalogue)
        ? ({ outcome: "same" } as const)
        : await change(deps, tx, organizationId, { push, found });
      storeOutcome(tx, organizationId, { ...outcome, version: push.version, now: deps.clock.now() });
      return outcome;
    },
    { system: "the operator pushes the installation's catalogue", timeouts: "background" },
  );
}

/** What a push would do; null if the organization is deleted. Changes nothing. */
export async function previewPush(
  deps: Pick<Deps, "db" | "clock">,
  organizationId: string,
  push: Push,
): Promise<PushOutcome | null> {
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const found = await findOrganization(tx, organizationId, push.definitionHash);
      if (found === null || found.isDeleted) return null;
      if (isUpToDate(push, found.links, found.hasCatalogue)) return { outcome: "same" };
      return (await plan(deps, tx, organizationId, { push, found })).plan.outcome;
    },
    { readOnly: true },
  );
}

/** Waits for other pushes, and for edits of roles and of the catalogue. Nobody begins one before the transaction ends. */
async function lockOrganizationCatalogue(tx: Tx, organizationId: string): Promise<void> {
  await tx.query(sql`${prepare("lockOrganizationCatalogue")}
    SELECT FROM catalogues c WHERE c.organization_id = ${organizationId} FOR UPDATE`);
}

async function findOrganization(
  tx: Tx,
  organizationId: string,
  hash: string,
): Promise<FoundOrganization | null> {
  const { rows } = await tx.query(sql<FoundOrganization>`${prepare("findOrganizationToPush")}
    SELECT o.name, o.deleted_at IS NOT NULL AS "isDeleted", ${rowVersion("c")} AS version,
      md5(c.definition::text) = ${hash}::text AS "hasCatalogue",
      COALESCE((SELECT json_agg(json_build_object('key', t.template_key, 'roleId', t.role_id, 'isOwn', t.is_own,
          'hash', t.content_hash)) FROM role_templates t WHERE t.organization_id = ${organizationId}), '[]') AS links
    FROM catalogues c JOIN organizations o ON o.organization_id = ${organizationId}
    WHERE c.organization_id = ${organizationId}`);
  return rows[0] ?? null;
}

/** The last push that ended in the organization. */
async function findEndedPush(tx: Tx, organizationId: string): Promise<number | null> {
  const { rows } = await tx.query(sql<{ version: number }>`${prepare("findEndedPush")}
    SELECT p.version FROM catalogue_pushes p WHERE p.organization_id = ${organizationId}`);
  return rows[0]?.version ?? null;
}

interface Target {
  readonly push: Push;
  readonly found: FoundOrganization;
}

async function plan(
  deps: Pick<Deps, "clock">,
  tx: Tx,
  organizationId: string,
  { push, found }: Target,
  locks = false,
) {
  const now = deps.clock.now();
  const declared = new Set(push.templates.map(({ key }) => key));
  const ending = found.links.flatMap((link) =>
    isFollowing(link) && !declared.has(link.key) ? [link.roleId] : [],
  );
  const [before, roles, keys, , heldRoleIds] = await Promise.all([
    getCatalogueAt(tx, organizationId, found.version),
    listComparedRoles(tx, organizationId),
    listActiveKeys(tx, organizationId, now),
    // Nobody gets a role that is about to be deleted.
    locks && ending.length > 0 ? lockRoles(tx, organizationId, ending) : null,
    ending.length > 0 ? listHeldRoles(tx, organizationId, ending, now) : [],
  ]);
  const { hasCatalogue, links } = found;
  return { before, plan: planPush(push, { before, hasCatalogue, roles, links, heldRoleIds, keys }) };
}

async function change(deps: ApplyDeps, tx: Tx, organizationId: string, target: Target): Promise<PushOutcome> {
  const { push, found } = target;
  const { before, plan: planned } = await plan(deps, tx, organizationId, target, true);
  const { outcome } = planned;
  if (outcome.outcome === "failed" && outcome.code === "permissions/in-use") return outcome;
  const actor = { type: "system", id: null, ...push.pushedBy, organizationId } as const;
  await remove(tx, organizationId, planned);
  if (!found.hasCatalogue) {
    const after = push.catalogue;
    const changes = compareDefinitions(before, after);
    await writeCatalogue(deps, tx, actor, { before, after, change: changes, name: found.name });
  }
  const createdIds = await writeRoles(deps, tx, organizationId, planned);
  await record(deps, tx, actor, toRoleEntries(planned, createdIds));
  return outcome;
}

async function remove(tx: Tx, organizationId: string, { removed, unlinked }: PushPlan): Promise<void> {
  const writes: Promise<unknown>[] = [];
  // At once, because a new role may get the name of a removed one.
  const atOnce: Pick<Tx, "deferToCommit"> = {
    deferToCommit: (statement) =>
      void writes.push(tx.query(typeof statement === "function" ? statement() : statement)),
  };
  for (const { id } of removed) {
    unassignRole(atOnce, organizationId, id);
    removeRole(atOnce, organizationId, id);
  }
  await Promise.all([...writes, unlinkTemplates(tx, organizationId, unlinked)]);
}

/** Returns the ids of the created roles by key. */
async function writeRoles(
  { clock, ids }: ApplyDeps,
  tx: Tx,
  organizationId: string,
  { created, updated, links }: PushPlan,
): Promise<ReadonlyMap<string, string>> {
  const now = clock.now();
  const renamed = updated.filter(({ changes }) => changes.some(({ field }) => field.startsWith("name")));
  const roles = created.map((template) => ({ template, id: ids.next() }));
  const [, , inserted] = await Promise.all([
    freeRoleNames(
      tx,
      organizationId,
      renamed.map(({ before }) => before.id),
    ),
    updateTemplateRoles(
      tx,
      organizationId,
      updated.map(({ after }) => after),
      now,
    ),
    roles.length === 0
      ? []
      : insertRoles(
          tx,
          organizationId,
          now,
          roles.map(({ template, id }) => ({ ...template, id, isOwner: false })),
        ),
    linkTemplates(tx, organizationId, [
      ...links,
      ...roles.map(({ template: { key, hash }, id }) => ({ key, hash, roleId: id })),
    ]),
  ]);
  if (inserted.length !== roles.length)
    throw new Error("A role got the name of another one at the same moment.");
  return new Map(roles.map(({ template, id }) => [template.key, id]));
}
