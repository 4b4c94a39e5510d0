import * as contract from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { readPanelCookie, setPanelCookie } from "../../http/cookies.ts";
import { Refusal } from "../../http/refusal.ts";
import { createHandOff } from "./create-hand-off.ts";
import { readPanelRequest } from "./panel-request.ts";
import { redeemCode } from "./redeem-code.ts";
import { signOutOfPanel } from "./sign-out-of-panel.ts";
import { stateHash } from "./state.ts";

/** Milliseconds in which somebody may sign in before the panel has to be opened again. */
const stateLifetime = 30 * 60_000;

/**
 * Binds the hand-off: what Gatehouse's own page asks, and below `/api/v1/hand-off` what browsers are led through on the
 * panel's own host, by a proxy or by the SDK. Those answers set cookies of the panel's host, never ours.
 */
export function registerHandOff(app: FastifyInstance, bind: Bind, deps: Deps): void {
  bind(contract.createHandOff, { member: true }, async ({ actor, body }) => {
    const to = contract.parsePanelPath(body.to ?? "/") ?? "/";
    return { body: await createHandOff(deps, actor, { ...body, to, consent: body.consent ?? false }) };
  });
  const through = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  app.get("/api/v1/hand-off/sign-in", through("whoever visits a panel may sign in"), async (request, reply) =>
    beginSignIn(deps, request, reply),
  );
  app.get("/api/v1/hand-off/session", through("the code stands in for a session"), async (request, reply) =>
    finishSignIn(deps, request, reply),
  );
  app.register(async (scope) => {
    // A form's button sends an empty form; nothing of it is read.
    scope.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, async () => null);
    scope.post("/api/v1/hand-off/sign-out", through("anybody may leave"), async (request, reply) =>
      signOut(deps, request, reply),
    );
  });
}

/** Keeps a state in the browser and sends it to Gatehouse. Several windows that begin at once share the state. */
function beginSignIn({ config, clock, secrets }: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { panel, to } = readPanelRequest(request.url);
  const { organizationId, origin } = panel;
  const kept = readPanelCookie(origin, request, "state");
  const value = kept !== null && /^[\w-]{43}$/.test(kept) ? kept : secrets.token();
  const expires = new Date(clock.now().getTime() + stateLifetime);
  setPanelCookie(origin, reply, "state", { value, expires });
  const query = new URLSearchParams({ organization: organizationId, origin, state: stateHash(value), to });
  return reply.redirect(`${config.publicUrl}/hand-off?${query}`);
}

/** Opens the panel's session and goes on to the page that was wanted; what doesn't fit leads to a page that says so. */
async function finishSignIn(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { panel, code, to } = readPanelRequest(request.url);
  const state = readPanelCookie(panel.origin, request, "state");
  const opened = await redeemCode(deps, panel, { code, state, requestId: request.id });
  if (opened === null) return reply.redirect(`${deps.config.publicUrl}/hand-off?outcome=expired`);
  setPanelCookie(panel.origin, reply, "panel", opened);
  return reply.redirect(`${panel.origin}${to}`);
}

/** Ends the panel's session. Whoever pressed a button goes on to a page that says so; a script gets an empty answer. */
async function signOut(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { panel } = readPanelRequest(request.url);
  if (request.headers.origin !== panel.origin)
    throw new Refusal("forbidden/origin", { detail: `Sign out on a page of ${panel.origin}.` });
  const token = readPanelCookie(panel.origin, request, "panel");
  if (token !== null) await signOutOfPanel(deps, panel, { token, requestId: request.id });
  setPanelCookie(panel.origin, reply, "panel", null);
  if (!request.headers.accept?.includes("text/html")) return reply.status(204).send();
  return reply.redirect(`${deps.config.publicUrl}/hand-off?outcome=signed-out`, 303);
}
