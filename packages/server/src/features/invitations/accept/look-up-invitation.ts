import type { InvitationOffer, Language } from "@gatehouse/sdk/contract";
import type { ThrottleSource } from "../../../auth/actor.ts";
import { requireOpenOrganization } from "../../../auth/organization-closure.ts";
import type { Tx } from "../../../db/database.ts";
import type { Deps } from "../../../deps.ts";
import { findAccountByEmail } from "../../accounts/index.ts";
import { getOrganizationSettings, isEmailAllowed } from "../../organizations/index.ts";
import { countAttempt } from "../../sessions/index.ts";
import { domainNotAllowed, findLinkError, unknownLink } from "../errors.ts";
import { listLiveRoles, viewOfferedEnd } from "../invitation-state.ts";
import { type TokenClaims, verifyToken } from "../link-token.ts";
import { findInvitation, translateRoles } from "../queries.ts";

/** A request to look up a link. */
interface LookupRequest {
  readonly token: string;
  /** Of the roles; null for their default names. */
  readonly language: Language | null;
  readonly throttleSource: ThrottleSource;
}

/**
 * What a link offers, for the accept page. It changes nothing, so link scanners do no harm.
 * @throws ApiError not-found, throttled, invitations/used, invitations/revoked, invitations/replaced, invitations/expired,
 *   invitations/domain-not-allowed
 */
export async function lookUpInvitation(
  deps: Pick<Deps, "db" | "clock" | "secrets">,
  { token, language, throttleSource }: LookupRequest,
): Promise<InvitationOffer> {
  const link = await verifyLink(deps, token, throttleSource);
  return deps.db.tenant(
    link.organizationId,
    async (tx) => {
      const invitation = await findInvitation(tx, link);
      if (invitation === null) throw unknownLink();
      const error = findLinkError(invitation, link.generation, deps.clock.now());
      if (error !== null) throw error;
      const organization = await requireAllowedDomain(tx, link.organizationId, invitation.email);
      const account = await findAccountByEmail(tx, invitation.email);
      return {
        organization: { name: organization },
        inviter: { name: invitation.invitedBy.name },
        email: invitation.email,
        ...(invitation.name === null ? {} : { name: invitation.name }),
        roles: translateRoles(listLiveRoles(invitation.roles, deps.clock.now()), language).map(
          ({ name, description, ...end }) => ({ name, description, ...viewOfferedEnd(end) }),
        ),
        expiresAt: invitation.expiresAt.toISOString(),
        accountExists: account !== null,
      };
    },
    { readOnly: true },
  );
}

/** Invalid links that one network may try in 15 minutes. */
const maxInvalidLinks = 30;

/**
 * Verifies the token of a link. Only invalid tokens count towards the limit, so that a valid link works even after
 * failed attempts by others in the same network.
 * @throws ApiError not-found, throttled
 */
export async function verifyLink(
  deps: Pick<Deps, "db" | "clock" | "secrets">,
  token: string,
  { network }: ThrottleSource,
): Promise<TokenClaims> {
  const claims = verifyToken(deps.secrets, token);
  if (claims !== null) return claims;
  if (network !== null)
    await countAttempt(deps, [{ name: `invitation link network ${network}`, limit: maxInvalidLinks }]);
  throw unknownLink();
}

/**
 * The name of the organization, if it allows the address: the domains may have changed since the invitation was sent.
 * @throws ApiError not-found, invitations/domain-not-allowed
 */
export async function requireAllowedDomain(tx: Tx, organizationId: string, email: string): Promise<string> {
  const organization = await getOrganizationSettings(tx, organizationId);
  requireOpenOrganization({ ...organization, organizationName: organization.name });
  if (!isEmailAllowed(email, organization.allowedEmailDomains)) throw domainNotAllowed(organization.name);
  return organization.name;
}
