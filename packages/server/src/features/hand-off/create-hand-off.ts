import { parsePanelOrigin } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { signInFirst } from "../../http/authenticate.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { Refusal } from "../../http/refusal.ts";
import { hashToken } from "../../ports/secrets.ts";
import { insertConsent, insertOffer, isRegistered } from "./queries.ts";

/** Milliseconds in which a code can be redeemed: the browser goes on with it at once. */
const codeLifetime = 60_000;

/** Where somebody wants to go signed in. */
export interface HandOff {
  readonly origin: string;
  /** SHA-256 of the state in the panel's cookie, base64url. */
  readonly state: string;
  /** A path of the panel that was checked. */
  readonly to: string;
  /** The person has just agreed that the panel learns who they are: needed at their first visit. */
  readonly consent: boolean;
}

/**
 * Hands a user off to one of the organization's panels. Answers the address there at which their browser goes on: the code
 * in it works once, for a minute, and only in the browser that has the state.
 * @throws Refusal auth/required for an API key, hand-offs/unknown-panel, hand-offs/consent-required
 */
export async function createHandOff(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets">,
  actor: AuthenticatedActor,
  { origin: asked, state, to, consent }: HandOff,
): Promise<{ readonly location: string }> {
  const { accountId, sessionId, organizationId, id: userId } = actor;
  if (accountId === null || sessionId === null || userId === null) throw signInFirst();
  const origin = parsePanelOrigin(asked) ?? "";
  const now = deps.clock.now();
  const code = deps.secrets.token();
  const offer = {
    id: deps.ids.next(),
    userId,
    accountId,
    sessionId,
    origin,
    codeHash: hashToken(code),
    stateHash: state,
    now,
    expiresAt: new Date(now.getTime() + codeLifetime),
    ip: actor.origin.ip,
    userAgent: actor.origin.userAgent,
  };
  await authorizeWrite(deps, actor, async (tx, actor) => {
    if (consent && (await insertConsent(tx, organizationId, offer)))
      await record(deps, tx, actor, [
        { action: "panels.consented", target: { type: "panel", id: null, name: origin } },
      ]);
    if (await insertOffer(tx, organizationId, offer)) return;
    if (!(await isRegistered(tx, organizationId, origin))) throw unknownPanel(origin);
    throw consent ? signInFirst() : consentRequired(origin);
  });
  return { location: `${origin}/gatehouse/session?${new URLSearchParams({ code })}&to=${to}` };
}

function consentRequired(origin: string): Refusal {
  return new Refusal("hand-offs/consent-required", {
    detail: `${origin} will learn the person's name and e-mail address. Ask them whether to go on, then send the request again with "consent": true.`,
    params: { origin },
  });
}

function unknownPanel(origin: string): Refusal {
  return new Refusal("hand-offs/unknown-panel", {
    detail: `${origin} is not among the panels of this organization. Ask an owner to add it under Settings.`,
    params: { origin },
  });
}
