/** Decisions for one evaluation or for a batch. Grants are read from the database for each request. */
import { can, explain, type Subject } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { EvaluationRequest, EvaluationsSemantic, InvalidEvaluation } from "./request-schema.ts";

/** A decision of the Authorization API. */
export interface Decision {
  readonly decision: boolean;
  readonly context:
    | { readonly because: readonly { roleId: string; roleName: string; impliedBy?: string }[] }
    | { readonly reason: { readonly code: DenialCode; readonly detail: string } }
    | { readonly error: { readonly status: 400; readonly message: string } };
}

/** Active users by `toSubjectKey`. */
export type Subjects = ReadonlyMap<SubjectKey, Subject>;

type DenialCode = keyof typeof denials;

const denials = {
  "unknown-subject": "No active user of this organization has that type and id.",
  "unknown-action": "The organization has no permission of that name.",
  "unknown-resource": "The resource is no group of permissions, or an organization that isn't the key's.",
  "not-held": "No role of the user gives this permission.",
} as const;

const uuid = z.uuid();
/** Characters. */
const maxExternalIdLength = 200;

/** A user, by Gatehouse's id or by `externalId`. */
export type SubjectKey = `user ${string}` | `external ${string}`;

/**
 * The key of a subject in its stored form; null when it can't be a user. With the type `user`, a UUID is Gatehouse's id and
 * anything else the panel's `externalId`; with the type `external-user` it is always the `externalId`.
 */
export function toSubjectKey({ type, id }: EvaluationRequest["subject"]): SubjectKey | null {
  if (type === "user" && uuid.safeParse(id).success) return `user ${id.toLowerCase()}`;
  const isExternal = type === "user" || type === "external-user";
  return isExternal && id !== "" && id.length <= maxExternalIdLength ? `external ${id}` : null;
}

/** Whether a resource is the caller's organization. */
export function isOwnOrganization(
  actor: Pick<Actor, "organizationId">,
  resource: EvaluationRequest["resource"],
): boolean {
  const { organizationId } = actor;
  // The length first: a thousand evaluations may share one id of a megabyte.
  const hasSameLength = resource.type === "organization" && resource.id.length === organizationId.length;
  return hasSameLength && resource.id.toLowerCase() === organizationId;
}

/** The permission of an action, or why there is none. */
export type ResolvedPermission =
  | { readonly permission: string }
  | { readonly unknown: "unknown-action" | "unknown-resource" };

/**
 * Maps an action on a resource to a permission. `group:action` needs the organization as its resource. A name without a group
 * is an action of the group named by the resource's type; the resource's id makes no difference then, because roles apply to
 * the whole organization. An organization must be the key's own.
 */
export function resolvePermission(
  { catalogue, organizationId }: Pick<Actor, "catalogue" | "organizationId">,
  action: EvaluationRequest["action"],
  resource: EvaluationRequest["resource"],
): ResolvedPermission {
  const isHere = isOwnOrganization({ organizationId }, resource);
  if (action.name.includes(":") || !isPermissionGroup(catalogue, resource.type)) {
    if (!isHere) return { unknown: "unknown-resource" };
    return catalogue.positions.has(action.name) ? { permission: action.name } : { unknown: "unknown-action" };
  }
  if (resource.type === "organization" && !isHere) return { unknown: "unknown-resource" };
  const permission = `${resource.type}:${action.name}`;
  return catalogue.positions.has(permission) ? { permission } : { unknown: "unknown-action" };
}

/** Whether the catalogue has a permission group with that key. */
export function isPermissionGroup({ definition }: Actor["catalogue"], type: string): boolean {
  return definition.some(({ key }) => key === type);
}

/** Decides one evaluation. Properties that the caller sends grant nothing. */
export function evaluate(
  actor: Pick<Actor, "catalogue" | "organizationId">,
  subjects: Subjects,
  { subject, action, resource }: EvaluationRequest,
): Decision {
  const named = resolvePermission(actor, action, resource);
  if ("unknown" in named) return denied(named.unknown);
  const key = toSubjectKey(subject);
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
 * Decides in order, and stops as the semantic requires; the last decision is the one that stopped it. An invalid evaluation is
 * denied with an error that says what to send.
 */
export function evaluateAll(
  evaluations: readonly (EvaluationRequest | InvalidEvaluation)[],
  semantic: EvaluationsSemantic,
  evaluateOne: (evaluation: EvaluationRequest) => Decision,
): readonly Decision[] {
  const stopOn = semantic === "execute_all" ? null : semantic === "permit_on_first_permit";
  const decisions: Decision[] = [];
  for (const question of evaluations) {
    const decision = "problem" in question ? invalid(question) : evaluateOne(question);
    decisions.push(decision);
    if (decision.decision === stopOn) break;
  }
  return decisions;
}

function invalid({ problem }: InvalidEvaluation): Decision {
  return { decision: false, context: { error: { status: 400, message: problem } } };
}
