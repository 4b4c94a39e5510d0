/** Decisions: one question, or many at once. Grants are read from the database for each request. */
import { can, explain, type Subject } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Actor } from "../../http/actor.ts";
import type { Question, Semantic, Unreadable } from "./question.ts";

/** An answer of the Authorization API. */
export interface Decision {
  readonly decision: boolean;
  readonly context:
    | { readonly because: readonly { roleId: string; roleName: string; impliedBy?: string }[] }
    | { readonly reason: { readonly code: DenialCode; readonly detail: string } }
    | { readonly error: { readonly status: 400; readonly message: string } };
}

/** `subjectKey` → what the user may do. Whoever isn't there is no active user. */
export type Subjects = ReadonlyMap<SubjectKey, Subject>;

type DenialCode = keyof typeof denials;

const denials = {
  "unknown-subject": "No active user of this organization has that type and id.",
  "unknown-action": "The organization has no permission of that name.",
  "unknown-resource": "The resource is no group of permissions, or an organization that isn't the key's.",
  "not-held": "No role of the user gives this permission.",
} as const;

const uuid = z.uuid();
/** As long as an external id may be. */
const longestExternalId = 200;

/** A user as a question names them: by Gatehouse's id, or by the id that they have in the panel. */
export type SubjectKey = `user ${string}` | `external ${string}`;

/**
 * Which user a subject names, in the form in which it is stored; null for what can't be one. An id of the type `user` that is
 * a UUID is Gatehouse's, any other is the panel's own (`externalId`); one of the type `external-user` is always the panel's.
 */
export function subjectKey({ type, id }: Question["subject"]): SubjectKey | null {
  if (type === "user" && uuid.safeParse(id).success) return `user ${id.toLowerCase()}`;
  const isExternal = type === "user" || type === "external-user";
  return isExternal && id !== "" && id.length <= longestExternalId ? `external ${id}` : null;
}

/** Whether a resource is the organization itself. */
export function isOwn(actor: Pick<Actor, "organizationId">, resource: Question["resource"]): boolean {
  const { organizationId } = actor;
  // The length first: a thousand questions may name one id of a megabyte.
  const canBe = resource.type === "organization" && resource.id.length === organizationId.length;
  return canBe && resource.id.toLowerCase() === organizationId;
}

/** The permission that an action is, or why there is none. */
export type NamedPermission =
  | { readonly permission: string }
  | { readonly unknown: "unknown-action" | "unknown-resource" };

/**
 * Reads an action on a resource. `group:action` is a permission in the organization, and the resource is the organization.
 * A name without a group is an action of the group that the resource's type names. Which resource it is makes no difference
 * then, because roles are held in the whole organization; an organization has to be the key's even so.
 */
export function namedPermission(
  { catalogue, organizationId }: Pick<Actor, "catalogue" | "organizationId">,
  action: Question["action"],
  resource: Question["resource"],
): NamedPermission {
  const isHere = isOwn({ organizationId }, resource);
  if (action.name.includes(":") || !isGroup(catalogue, resource.type)) {
    if (!isHere) return { unknown: "unknown-resource" };
    return catalogue.positions.has(action.name) ? { permission: action.name } : { unknown: "unknown-action" };
  }
  if (resource.type === "organization" && !isHere) return { unknown: "unknown-resource" };
  const permission = `${resource.type}:${action.name}`;
  return catalogue.positions.has(permission) ? { permission } : { unknown: "unknown-action" };
}

/** Whether there is a group of permissions with that key. */
export function isGroup({ definition }: Actor["catalogue"], type: string): boolean {
  return definition.some(({ key }) => key === type);
}

/** The decision about one question. What the caller says of the subject's properties counts for nothing. */
export function decide(
  actor: Pick<Actor, "catalogue" | "organizationId">,
  subjects: Subjects,
  { subject, action, resource }: Question,
): Decision {
  const named = namedPermission(actor, action, resource);
  if ("unknown" in named) return denied(named.unknown);
  const key = subjectKey(subject);
  const found = key === null ? undefined : subjects.get(key);
  if (found === undefined) return denied("unknown-subject");
  if (!can(found, named.permission)) return denied("not-held");
  const because = explain(found, named.permission).because.map(({ roleId, roleName, impliedBy }) => ({
    roleId,
    roleName,
    ...(impliedBy === undefined ? {} : { impliedBy }),
  }));
  return { decision: true, context: { because } };
}

function denied(code: DenialCode): Decision {
  return { decision: false, context: { reason: { code, detail: denials[code] } } };
}

/**
 * Decides in order, and stops where the semantic says so; the decision that stopped it is the last one. A question that
 * can't be read is a no that says what to send.
 */
export function decideAll(
  questions: readonly (Question | Unreadable)[],
  semantic: Semantic,
  decideOne: (question: Question) => Decision,
): readonly Decision[] {
  const stopsAt = semantic === "execute_all" ? null : semantic === "permit_on_first_permit";
  const decisions: Decision[] = [];
  for (const question of questions) {
    const decision = "problem" in question ? failed(question) : decideOne(question);
    decisions.push(decision);
    if (decision.decision === stopsAt) break;
  }
  return decisions;
}

function failed({ problem }: Unreadable): Decision {
  return { decision: false, context: { error: { status: 400, message: problem } } };
}
