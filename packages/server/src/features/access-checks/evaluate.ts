/** Decisions: one question, or many at once. Grants are read from the database for each request. */
import { can, explain, type Subject } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Actor } from "../../http/actor.ts";
import type { Incomplete, Question, Semantic } from "./question.ts";

/** An answer of the Authorization API. */
export interface Decision {
  readonly decision: boolean;
  readonly context:
    | { readonly because: readonly { roleId: string; roleName: string; impliedBy?: string }[] }
    | { readonly reason: { readonly code: DenialCode; readonly detail: string } }
    | { readonly error: { readonly status: 400; readonly message: string } };
}

/** User's id → what they may do. Whoever isn't there is no active user. */
export type Subjects = ReadonlyMap<string, Subject>;

type DenialCode = keyof typeof denials;

const denials = {
  "unknown-subject": "No active user of this organization has that type and id.",
  "unknown-action": "The organization has no permission of that name.",
  "unknown-resource": "The key belongs to another organization, or the resource is not one.",
  "not-held": "No role of the user gives this permission.",
} as const;

const uuid = z.uuid();

/** Id of the user that a subject names, in the form in which it is stored; null for what can't be one. */
export function userIdOf({ type, id }: { readonly type: string; readonly id: string }): string | null {
  return type === "user" && uuid.safeParse(id).success ? id.toLowerCase() : null;
}

/** Whether a resource is the organization itself. */
export function isOwn(actor: Pick<Actor, "organizationId">, resource: Question["resource"]): boolean {
  return resource.type === "organization" && resource.id.toLowerCase() === actor.organizationId;
}

/** The decision about one question. What the caller says of the subject's properties counts for nothing. */
export function decide(
  actor: Pick<Actor, "catalogue" | "organizationId">,
  subjects: Subjects,
  { subject, action, resource }: Question,
): Decision {
  const found = subjects.get(userIdOf(subject) ?? "");
  if (!isOwn(actor, resource)) return denied("unknown-resource");
  if (!actor.catalogue.positions.has(action.name)) return denied("unknown-action");
  if (found === undefined) return denied("unknown-subject");
  if (!can(found, action.name)) return denied("not-held");
  const because = explain(found, action.name).because.map(({ roleId, roleName, impliedBy }) => ({
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
 * Decides in order, and stops where the semantic says so; the decision that stopped it is the last one. An incomplete question
 * is a no that says what is missing.
 */
export function decideAll(
  questions: readonly (Question | Incomplete)[],
  semantic: Semantic,
  decideOne: (question: Question) => Decision,
): readonly Decision[] {
  const stopsAt = semantic === "execute_all" ? null : semantic === "permit_on_first_permit";
  const decisions: Decision[] = [];
  for (const question of questions) {
    const decision = "missing" in question ? failed(question) : decideOne(question);
    decisions.push(decision);
    if (decision.decision === stopsAt) break;
  }
  return decisions;
}

function failed({ missing }: Incomplete): Decision {
  return { decision: false, context: { error: { status: 400, message: missing } } };
}
