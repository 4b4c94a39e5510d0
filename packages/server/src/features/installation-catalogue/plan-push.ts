/** What a push changes in one organization. */
import type { Catalogue } from "@gatehouse/access";
import type { AuditChange, AuditEntry } from "../../audit/record.ts";
import { findUsedError } from "../permissions/index.ts";
import {
  type ComparedRole,
  compareTranslations,
  type FoldedNames,
  foldNames,
  type TemplateLink,
  type TemplateUpdate,
} from "../roles/index.ts";
import { isSameName, type Push } from "./push.ts";
import type { PushOutcome } from "./queries.ts";

type Template = Push["templates"][number];

/** What an organization has. */
export interface OrganizationState {
  readonly before: Catalogue;
  readonly hasCatalogue: boolean;
  readonly roles: readonly ComparedRole[];
  readonly links: readonly TemplateLink[];
  /** Of roles whose template is no longer declared: those that somebody has. */
  readonly heldRoleIds: readonly string[];
  /** Permissions of its active API keys. */
  readonly keys: readonly { readonly permissions: readonly string[] }[];
}

/** A role that changes. */
interface RoleChangePlan {
  readonly before: ComparedRole;
  readonly after: TemplateUpdate;
  readonly changes: readonly AuditChange[];
}

/** What a push changes in one organization. */
export interface PushPlan {
  readonly created: readonly Template[];
  readonly updated: readonly RoleChangePlan[];
  /** Their template is no longer declared, and nobody has them. */
  readonly removed: readonly ComparedRole[];
  /** Keys of templates that are no longer declared. */
  readonly unlinked: readonly string[];
  /** The roles that follow a template, with its hash; an empty one to compare the role again next time. */
  readonly links: readonly { readonly key: string; readonly roleId: string; readonly hash: string }[];
  readonly outcome: PushOutcome;
}

/** Whether a role follows its template: the organization neither deleted nor edited it. */
export function isFollowing(link: TemplateLink): link is TemplateLink & { readonly roleId: string } {
  return link.roleId !== null && !link.isOwn;
}

/** Whether nothing is to be done, without loading the roles. */
export function isUpToDate(push: Push, links: readonly TemplateLink[], hasCatalogue: boolean): boolean {
  if (!hasCatalogue || links.length !== push.templates.length) return false;
  const byKey = new Map(links.map((link) => [link.key, link]));
  return push.templates.every(({ key, hash }) => {
    const link = byKey.get(key);
    return link !== undefined && (!isFollowing(link) || link.hash === hash);
  });
}

/**
 * Plans a push. With permissions in use that may not be removed it changes nothing. A name that another role has fails, too, but
 * everything else is changed.
 */
export function planPush(push: Push, state: OrganizationState): PushPlan {
  const declared = new Set(push.templates.map(({ key }) => key));
  const undeclared = state.links.filter(({ key }) => !declared.has(key));
  const roles = new Map(state.roles.map((role) => [role.id, role]));
  const removed = undeclared
    .filter((link) => isFollowing(link) && !state.heldRoleIds.includes(link.roleId))
    .flatMap(({ roleId }) => roles.get(roleId ?? "") ?? []);
  const wanted = findWanted(push, state, roles);
  const touched = new Set([...removed, ...wanted.flatMap(({ role }) => role ?? [])].map(({ id }) => id));
  const blocked = findBlocked(
    wanted,
    state.roles.filter(({ id }) => !touched.has(id)),
  );
  const created = wanted.filter((one) => one.role === null && !blocked.has(one));
  const followed = wanted.flatMap((one) => {
    const { role, template } = one;
    return role === null
      ? []
      : [{ template, isBlocked: blocked.has(one), ...compare(push, role, one, blocked) }];
  });
  const updated = followed.filter(({ changes }) => changes.length > 0);
  const plan = {
    created: created.map(({ template }) => template),
    updated,
    removed,
    unlinked: undeclared.map(({ key }) => key),
    links: followed.map(({ template: { key, hash }, before, isBlocked }) => ({
      ...{ key, roleId: before.id },
      hash: isBlocked ? "" : hash,
    })),
  };
  const error = findUsedError(listUsed(push, state, plan), push.drop);
  if (error !== null) return nothing({ outcome: "failed", code: error.code, detail: error.details.detail });
  return { ...plan, outcome: toOutcome(state, plan, [...blocked]) };
}

const nothing = (outcome: PushOutcome): PushPlan => ({
  created: [],
  updated: [],
  removed: [],
  unlinked: [],
  links: [],
  outcome,
});

/** A template that the organization's role has to be like, or null where the role is to be created. */
interface Wanted {
  readonly template: Template;
  readonly role: ComparedRole | null;
}

function findWanted(
  push: Push,
  { links }: OrganizationState,
  roles: ReadonlyMap<string, ComparedRole>,
): readonly Wanted[] {
  const byKey = new Map(links.map((link) => [link.key, link]));
  return push.templates.flatMap((template): Wanted[] => {
    const link = byKey.get(template.key);
    if (link === undefined) return [{ template, role: null }];
    const role = isFollowing(link) ? roles.get(link.roleId) : undefined;
    return role === undefined ? [] : [{ template, role }];
  });
}

/** Templates whose name another role of the organization has. A role that can't get its new name keeps the one that it has. */
function findBlocked(wanted: readonly Wanted[], others: readonly FoldedNames[]): ReadonlySet<Wanted> {
  const blocked = new Set<Wanted>();
  const taken = [...others];
  const isTaken = (one: Wanted): boolean => {
    const names = foldNames(one.template);
    return !blocked.has(one) && taken.some((other) => isSameName(names, other));
  };
  for (let found = wanted.find(isTaken); found !== undefined; found = wanted.find(isTaken)) {
    blocked.add(found);
    if (found.role !== null) taken.push(found.role);
  }
  return blocked;
}

function compare(
  { catalogue }: Push,
  before: ComparedRole,
  one: Wanted,
  blocked: ReadonlySet<Wanted>,
): RoleChangePlan {
  const { name, translations } = blocked.has(one) ? before : one.template;
  const { description, permissions } = one.template;
  const after = { id: before.id, name, description, translations, permissions };
  const has = new Set(before.permissions);
  const isSame = has.size === permissions.length && permissions.every((permission) => has.has(permission));
  const gone = before.permissions.filter((permission) => !catalogue.positions.has(permission));
  const kept = catalogue.permissions.filter((permission) => has.has(permission));
  const changes: AuditChange[] = [
    ...(["name", "description"] as const)
      .filter((field) => before[field] !== after[field])
      .map((field) => ({ field, before: before[field], after: after[field] })),
    ...compareTranslations(before.translations, translations),
    ...(isSame ? [] : [{ field: "permissions" as const, before: [...kept, ...gone], after: permissions }]),
  ];
  return { before, after, changes };
}

/** Removed permissions that roles or API keys give after the push: those of roles that follow a template are its own. */
function listUsed(
  push: Push,
  { before, roles, keys }: OrganizationState,
  { removed, links }: Pick<PushPlan, "removed" | "links">,
): readonly string[] {
  const gone = before.permissions.filter((name) => !push.catalogue.positions.has(name));
  if (gone.length === 0) return [];
  const replaced = new Set([...removed.map(({ id }) => id), ...links.map(({ roleId }) => roleId)]);
  const remaining = roles.filter(({ id, isOwner }) => !isOwner && !replaced.has(id));
  const given = new Set([...remaining, ...keys].flatMap(({ permissions }) => permissions));
  return gone.filter((name) => given.has(name));
}

function toOutcome(
  { hasCatalogue }: OrganizationState,
  { created, updated, removed, unlinked }: Omit<PushPlan, "outcome">,
  blocked: readonly Wanted[],
): PushOutcome {
  if (blocked.length > 0) {
    const names = blocked.slice(0, 3).map(({ template }) => template.name);
    const more = blocked.length > 3 ? ` and ${blocked.length - 3} more` : "";
    const [is, them] = blocked.length === 1 ? ["name is", "it"] : ["names are", "them"];
    return {
      outcome: "failed",
      code: "roles/name-taken",
      detail: `The ${is} taken by other roles of the organization: ${names.join(", ")}${more}. Rename ${them} there or in the template, and push again. Everything else was changed.`,
    };
  }
  const changes = created.length + updated.length + removed.length + unlinked.length;
  return { outcome: hasCatalogue && changes === 0 ? "same" : "changed" };
}

/** The audit events of the roles that a push changes. `createdIds` has the ids of the created ones, by key. */
export function toRoleEntries(
  { created, updated, removed }: PushPlan,
  createdIds: ReadonlyMap<string, string>,
): readonly AuditEntry[] {
  const target = (id: string | null, name: string) => ({ type: "role", id, name });
  return [
    ...removed.map(({ id, name }) => ({ action: "roles.deleted" as const, target: target(id, name) })),
    ...updated.map(({ before, changes }) => ({
      action: "roles.edited" as const,
      target: target(before.id, before.name),
      changes,
    })),
    ...created.map(({ key, name, description, translations, permissions }) => ({
      action: "roles.created" as const,
      target: target(createdIds.get(key) ?? null, name),
      changes: [
        { field: "name" as const, before: null, after: name },
        { field: "description" as const, before: null, after: description },
        ...compareTranslations({}, translations),
        { field: "permissions" as const, before: null, after: permissions },
        { field: "template" as const, before: null, after: key },
      ],
    })),
  ];
}
