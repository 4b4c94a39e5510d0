import { parsePanelOrigin } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { AuthenticatedActor } from "../../auth/actor.ts";
import { authenticationRequired } from "../../auth/authenticate-request.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";
import { insertCode, insertConsent, isPanelRegistered } from "./queries.ts";

/** The browser redeems a code immediately. */
const codeLifetimeMs = 60_000;

/** A request to sign in to a panel. */
export interface HandOffRequest {
  readonly origin: string;
  /** SHA-256 of the state in the panel's cookie, base64url. */
  readonly state: string;
  /** A validated path of the panel. */
  readonly to: string;
  /** The user consents that the panel receives their name and e-mail address: required at the first visit. */
  readonly consent: boolean;
}

/**
 * Creates an authorization code for one of the organization's panels and returns the URL to redirect the browser to. The code
 * works once, for a minute, and only in the browser that has the state.
 * @throws ApiError auth/required for an API key, hand-offs/unknown-panel, hand-offs/consent-required
 */
export async function createHandOff(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets">,
  actor: AuthenticatedActor,
  { origin: requestedOrigin, state, to, consent }: HandOffRequest,
): Promise<{ readonly location: string }> {
  const { accountId, sessionId, organizationId, id: userId } = actor;
  if (accountId === null || sessionId === null || userId === null) throw authenticationRequired();
  const origin = parsePanelOrigin(requestedOrigin) ?? "";
  const now = deps.clock.now();
  const code = deps.secrets.token();
  const authorizationCode = {
    id: deps.ids.next(),
    userId,
    accountId,
    sessionId,
    origin,
    codeHash: hashToken(code),
    stateHash: state,
    now,
    expiresAt: new Date(now.getTime() + codeLifetimeMs),
    ip: actor.origin.ip,
    userAgent: actor.origin.userAgent,
  };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const [isNew, isIssued] = await Promise.all([
      consent && insertConsent(tx, organizationId, authorizationCode),
      insertCode(tx, organizationId, authorizationCode),
    ]);
    if (isNew)
      await record(deps, tx, actor, [
        { action: "panels.consented", target: { type: "panel", id: null, name: origin } },
      ]);
    if (isIssued) return;
    if (!(await isPanelRegistered(tx, organizationId, origin))) throw unknownPanel(origin);
    throw consent ? authenticationRequired() : consentRequired(origin);
  });
  return { location: `${origin}/gatehouse/session?${new URLSearchParams({ code })}&to=${to}` };
}

function consentRequired(origin: string): ApiError {
  return new ApiError("hand-offs/consent-required", {
    detail: `${origin} will receive the user's name and e-mail address. Ask for their consent, then repeat the request with "consent": true.`,
    params: { origin },
  });
}

function unknownPanel(origin: string): ApiError {
  return new ApiError("hand-offs/unknown-panel", {
    detail: `${origin} is not among the panels of this organization. Ask an owner to add it under Settings.`,
    params: { origin },
  });
}
