/** Validates each address of a request. Pure: the context comes from the database. */
import { type CompiledRole, mayGive } from "@gatehouse/access";
import {
  type EmailFault,
  invisibleIn,
  type offeredRole,
  type ProblemCode,
  parseEmail,
  type SendInvitations,
} from "@gatehouse/sdk/contract";
import type * as z from "zod/mini";
import type { Actor } from "../../../auth/actor.ts";
import { findGrantError, type Giver } from "../../../auth/grant-ceiling.ts";
import { grantCeilingExceeded } from "../../../errors/api-error.ts";
import { isEmailAllowed, type StoredOrganization } from "../../organizations/index.ts";
import { requireValidEnds } from "../../roles/index.ts";
import { computeRoleEnd } from "../invitation-state.ts";
import type { OfferedEnd } from "../queries.ts";

/** Why an address gets no invitation. */
export interface Rejection {
  readonly status: "already-user" | "invalid" | "refused";
  readonly code: ProblemCode;
  readonly detail: string;
  /** The user, for `already-user`. */
  readonly userId?: string;
}

/** A role to offer, with its end. */
export interface RequestedRole extends OfferedEnd {
  readonly id: string;
}

/** One address of a request. Without a rejection it is invited. */
export interface InvitationRequest {
  /** Canonical; as it was typed when it is invalid. */
  readonly email: string;
  readonly name: string | null;
  readonly externalId: string | null;
  readonly roles: readonly RequestedRole[];
  readonly rejection: Rejection | null;
}

/** Compiled roles by id. Ids that name no role of the organization are absent. */
export type RolesById = ReadonlyMap<string, CompiledRole>;

/** What validation needs from the database. */
export interface InvitationContext {
  readonly settings: Pick<StoredOrganization, "allowedEmailDomains" | "invitationExpiresInDays" | "language">;
  readonly roles: RolesById;
  /** The users at the addresses. */
  readonly users: ReadonlyMap<string, { readonly id: string; readonly name: string }>;
  /** Requested external ids that are in use, and by whom. */
  readonly externalIds: ReadonlyMap<string, string>;
}

/** Parses the addresses. Only the first of several spellings of one mailbox is valid. */
export function parseRequests(invitations: SendInvitations["invitations"]): readonly InvitationRequest[] {
  const seen = new Set<string>();
  return invitations.map(({ email: typed, name, externalId = null, roleIds, roles }) => {
    const parsed = parseEmail(typed);
    const request = {
      name: name ?? null,
      externalId,
      roles: roles === undefined ? [...new Set(roleIds)].map(toEndlessRole) : roles.map(toRequestedRole),
    };
    if (!parsed.ok) {
      const detail = describeEmailFault(parsed.fault, typed);
      return { ...request, email: typed, rejection: { status: "invalid", code: "email/invalid", detail } };
    }
    const isDuplicate = seen.has(parsed.email);
    seen.add(parsed.email);
    return { ...request, email: parsed.email, rejection: isDuplicate ? duplicate : null };
  });
}

function toEndlessRole(id: string): RequestedRole {
  return { id, expiresAt: null, forDays: null };
}

function toRequestedRole({ id, expiresAt, forDays }: z.infer<typeof offeredRole>): RequestedRole {
  return { id, expiresAt: expiresAt == null ? null : new Date(expiresAt), forDays: forDays ?? null };
}

/**
 * Requires that the end of every offered role is in the future, and that the owner role has none.
 * @throws ApiError request/invalid
 */
export function requireValidOffers(
  requests: readonly InvitationRequest[],
  roles: RolesById,
  now: Date,
): void {
  for (const [index, request] of requests.entries()) {
    const requested = request.roles.map((role) => ({
      id: role.id,
      expiresAt: computeRoleEnd(role, now)?.toISOString(),
    }));
    requireValidEnds(requested, roles, { now, path: `invitations.${index}.roles` });
  }
}

/**
 * Validates the roles, the existing account and the domain of each address. A role must not outlast what the actor holds
 * themselves, even if the person joins as late as `joinedBefore`. An earlier rejection is kept.
 */
export function validateInvitations(
  actor: Giver,
  requests: readonly InvitationRequest[],
  context: InvitationContext,
  joinedBefore: Date,
): readonly InvitationRequest[] {
  // Roles first: someone who can't grant them must not find out who is a user.
  const validate = ({ email, externalId, roles }: InvitationRequest) =>
    validateRoles(actor, roles, context.roles, joinedBefore) ??
    validateUser(context.users.get(email)) ??
    validateExternalId(email, externalId, context.externalIds) ??
    validateDomain(email, context.settings.allowedEmailDomains);
  return requests.map((request) =>
    request.rejection === null ? { ...request, rejection: validate(request) } : request,
  );
}

/** An external id belongs to one user: of another user, of another pending invitation, or of an earlier line, it is taken. */
function validateExternalId(
  email: string,
  externalId: string | null,
  taken: InvitationContext["externalIds"],
): Rejection | null {
  const holder = externalId === null ? undefined : taken.get(externalId);
  if (holder === undefined || holder === email) return null;
  return {
    status: "refused",
    code: "invitations/external-id-taken",
    detail: `${holder} has this external id. Use another one, or change it there first.`,
  };
}

/** An empty list of domains allows every address. */
function validateDomain(email: string, allowed: readonly string[]): Rejection | null {
  if (isEmailAllowed(email, allowed)) return null;
  return {
    status: "refused",
    code: "invitations/domain-not-allowed",
    detail: `Only addresses of ${formatDomains(allowed)} may be invited here. Change that in the settings, or use another address.`,
  };
}

/** The first three domains: an organization may allow a hundred, and a thousand results may show this text. */
function formatDomains(domains: readonly string[]): string {
  const more = domains.length - 3;
  return more > 0 ? `${domains.slice(0, 3).join(", ")} and ${more} more domains` : domains.join(", ");
}

/** Replacing an invitation removes the roles that it offers, so the actor must hold their permissions. */
export function validateReplacement(
  actor: Pick<Actor, "permissions">,
  offered: readonly string[],
  roles: RolesById,
): Rejection | null {
  for (const role of offered.flatMap((id) => roles.get(id) ?? [])) {
    const ceiling = mayGive(actor.permissions, role.permissions);
    if (!ceiling.allowed)
      return exceedsPermissions(
        `An invitation is pending here already, and its role ${role.name}`,
        ceiling.missing,
      );
  }
  return null;
}

const duplicate: Rejection = {
  status: "refused",
  code: "invitations/duplicate",
  detail: "This address is in the list more than once. The first one counts.",
};

const unknownRole: Rejection = {
  status: "refused",
  code: "roles/unknown",
  detail: "There is no such role in this organization. Load the list of roles again and choose another.",
};

function validateRoles(
  actor: Giver,
  requested: readonly RequestedRole[],
  roles: RolesById,
  joinedBefore: Date,
): Rejection | null {
  for (const offered of requested) {
    const role = roles.get(offered.id);
    if (role === undefined) return unknownRole;
    const end = computeRoleEnd(offered, joinedBefore);
    const { permissions } = role;
    const error = findGrantError(actor, { what: `The role ${role.name}`, permissions, expiresAt: end });
    if (error !== null) return { status: "refused", code: error.code, detail: error.details.detail };
  }
  return null;
}

function validateUser(user: { readonly id: string; readonly name: string } | undefined): Rejection | null {
  if (user === undefined) return null;
  return {
    status: "already-user",
    code: "invitations/already-user",
    detail: `${user.name} is a user already. Change what they may do on their own page.`,
    userId: user.id,
  };
}

function exceedsPermissions(what: string, missing: readonly string[]): Rejection {
  return {
    status: "refused",
    code: "forbidden/grant-ceiling",
    detail: grantCeilingExceeded(what, missing).details.detail,
  };
}

const emailFaultMessages: Readonly<Record<EmailFault, string>> = {
  empty: "Write an address, like name@company.com.",
  "too-long": "An address has 254 characters at most, 64 of them before the @.",
  several: "Write one address for each invitation, like name@company.com.",
  "no-at": "Something is missing beside the @. Write it like name@company.com.",
  "no-ending": "The part after the @ is incomplete. Write it like name@company.com.",
  invisible: "There is an invisible character in it. Delete it, or type the address again.",
  characters: "There is a character that addresses can't have. Write it like name@company.com.",
  quoted: "Addresses in quotation marks are not supported. Write it like name@company.com.",
};

/** Why an address is invalid, and how to write it. Names an invisible character in `typed`. */
export function describeEmailFault(fault: EmailFault, typed = ""): string {
  const character = fault === "invisible" ? invisibleIn(typed) : null;
  return character === null
    ? emailFaultMessages[fault]
    : emailFaultMessages[fault].replace("character", `character (${character})`);
}
