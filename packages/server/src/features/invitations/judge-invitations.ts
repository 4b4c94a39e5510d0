/** What becomes of each address of a request. Pure: what the database knows is given. */
import { type CompiledRole, mayGive } from "@gatehouse/access";
import { type ProblemCode, parseEmail, type SendInvitations } from "@gatehouse/sdk/contract";
import type { Actor } from "../../http/actor.ts";
import { overCeiling } from "../../http/common-refusals.ts";
import { isAllowed } from "../organizations/index.ts";
import type { Addressee } from "./bulk-queries.ts";
import { wordsForFault } from "./rules.ts";

/** Why an address gets no invitation. */
export interface Verdict {
  readonly status: "already-user" | "invalid" | "refused";
  readonly code: ProblemCode;
  readonly detail: string;
}

/** One address of a request: a verdict ends its way, null lets it go on. */
export interface Wish {
  /** Canonical; as it was typed when it is no address. */
  readonly email: string;
  readonly name: string | null;
  readonly roleIds: readonly string[];
  readonly verdict: Verdict | null;
}

/** Compiled roles by id. Ids that name no role of the organization are absent. */
export type RolesById = ReadonlyMap<string, CompiledRole>;

/** Reads the addresses. Of those that mean the same mailbox the first counts. */
export function readWishes(invitations: SendInvitations["invitations"]): readonly Wish[] {
  const seen = new Set<string>();
  return invitations.map(({ email: typed, name, roleIds }) => {
    const parsed = parseEmail(typed);
    const wish = { name: name ?? null, roleIds: [...new Set(roleIds)] };
    if (!parsed.ok) return { ...wish, email: typed, verdict: invalid(wordsForFault(parsed.fault, typed)) };
    const isRepeated = seen.has(parsed.email);
    seen.add(parsed.email);
    return { ...wish, email: parsed.email, verdict: isRepeated ? repeated : null };
  });
}

/** Judges by the roles first, so that nobody learns who is a user by wishing for roles that they can't give. */
export function judge(
  actor: Pick<Actor, "permissions">,
  wish: Wish,
  known: { readonly roles: RolesById; readonly people: ReadonlyMap<string, Addressee> },
): Wish {
  if (wish.verdict !== null) return wish;
  const verdict = judgeRoles(actor, wish.roleIds, known.roles) ?? judgePerson(known.people.get(wish.email));
  return { ...wish, verdict };
}

/** Judges the address by the domains that the organization allows; none named means any. */
export function judgeDomain(wish: Wish, allowed: readonly string[]): Wish {
  if (wish.verdict !== null || isAllowed(wish.email, allowed)) return wish;
  return {
    ...wish,
    verdict: {
      status: "refused",
      code: "invitations/domain-not-allowed",
      detail: `Only addresses of ${shown(allowed)} may be invited here. Change that in the settings, or use another address.`,
    },
  };
}

/** The first domains: an organization may allow a hundred, and a thousand addresses may be refused for them. */
function shown(domains: readonly string[]): string {
  const more = domains.length - 3;
  return more > 0 ? `${domains.slice(0, 3).join(", ")} and ${more} more domains` : domains.join(", ");
}

/** Whoever replaces an invitation takes away the roles that it offers, and so must hold what those give. */
export function judgeReplacement(
  actor: Pick<Actor, "permissions">,
  offered: readonly string[],
  roles: RolesById,
): Verdict | null {
  for (const role of offered.flatMap((id) => roles.get(id) ?? [])) {
    const ceiling = mayGive(actor.permissions, role.permissions);
    if (!ceiling.allowed)
      return aboveCeiling(
        `An invitation is pending here already, and its role ${role.name}`,
        ceiling.missing,
      );
  }
  return null;
}

/** The address got an invitation from elsewhere at this very moment, and it is gone again. */
export const overtaken: Verdict = {
  status: "refused",
  code: "conflict/concurrent",
  detail:
    "Somebody else changed the invitation of this address at the same moment. Look at it, then try again.",
};

const repeated: Verdict = {
  status: "refused",
  code: "invitations/duplicate",
  detail: "This address is in the list more than once. The first one counts.",
};

const unknownRole: Verdict = {
  status: "refused",
  code: "roles/unknown",
  detail: "There is no such role in this organization. Load the list of roles again and choose another.",
};

function judgeRoles(
  actor: Pick<Actor, "permissions">,
  roleIds: readonly string[],
  roles: RolesById,
): Verdict | null {
  for (const roleId of roleIds) {
    const role = roles.get(roleId);
    if (role === undefined) return unknownRole;
    const ceiling = mayGive(actor.permissions, role.permissions);
    if (!ceiling.allowed) return aboveCeiling(`The role ${role.name}`, ceiling.missing);
  }
  return null;
}

function judgePerson(person: Addressee | undefined): Verdict | null {
  if (person === undefined || person.userName === null) return null;
  return {
    status: "already-user",
    code: "invitations/already-user",
    detail: `${person.userName} is a user already. Change what they may do on their own page.`,
  };
}

function invalid(detail: string): Verdict {
  return { status: "invalid", code: "email/invalid", detail };
}

function aboveCeiling(what: string, missing: readonly string[]): Verdict {
  return {
    status: "refused",
    code: "forbidden/grant-ceiling",
    detail: overCeiling(what, missing).details.detail,
  };
}
