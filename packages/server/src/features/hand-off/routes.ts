import * as contract from "@gatehouse/sdk/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readPanelCookie, setPanelCookie } from "../../auth/cookies.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import type { Route } from "../../http/route.ts";
import { createHandOff } from "./create-hand-off.ts";
import { hashState, parsePanelRequest, redeemCode, signOutOfPanel } from "./panel-session.ts";

/** The user has to sign in within this time, or open the panel again. */
const stateLifetimeMs = 30 * 60_000;

/**
 * Registers the hand-off: the endpoint for Gatehouse's own page, and the redirects below `/api/v1/hand-off` that browsers reach
 * on the panel's host, through a proxy or the SDK. Those responses set cookies of the panel's host, never Gatehouse's.
 */
export function registerHandOff(app: FastifyInstance, route: Route, deps: Deps): void {
  route(contract.createHandOff, { member: true }, async ({ actor, body }) => {
    const to = contract.parsePanelPath(body.to ?? "/") ?? "/";
    return { body: await createHandOff(deps, actor, { ...body, to, consent: body.consent ?? false }) };
  });
  const publicRoute = (why: string) => ({ schema: { hide: true }, config: { policy: { public: why } } });
  app.get(
    "/api/v1/hand-off/sign-in",
    publicRoute("anyone who opens a panel may sign in"),
    async (request, reply) => startSignIn(deps, request, reply),
  );
  app.get("/api/v1/hand-off/session", publicRoute("the code is the proof"), async (request, reply) =>
    finishSignIn(deps, request, reply),
  );
  app.register(async (scope) => {
    // Accepts the empty form of a sign-out button. The body is ignored.
    scope.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, async () => null);
    scope.post("/api/v1/hand-off/sign-out", publicRoute("anyone may sign out"), async (request, reply) =>
      signOut(deps, request, reply),
    );
  });
}

/** Sets the state cookie and redirects to Gatehouse. Windows that start at the same time share the state. */
function startSignIn({ config, clock, secrets }: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { panel, to } = parsePanelRequest(request.url);
  const { organizationId, origin } = panel;
  const kept = readPanelCookie(origin, request, "state");
  const value = kept !== null && /^[\w-]{43}$/.test(kept) ? kept : secrets.token();
  const expires = new Date(clock.now().getTime() + stateLifetimeMs);
  setPanelCookie(origin, reply, "state", { value, expires });
  const query = new URLSearchParams({ organization: organizationId, origin, state: hashState(value), to });
  return reply.redirect(`${config.publicUrl}/hand-off?${query}`);
}

/** Opens the panel's session and goes on to the page that was wanted; what doesn't fit leads to a page that says so. */
async function finishSignIn(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { panel, code, to } = parsePanelRequest(request.url);
  const state = readPanelCookie(panel.origin, request, "state");
  const opened = await redeemCode(deps, panel, { code, state, requestId: request.id });
  if (opened === null) return reply.redirect(`${deps.config.publicUrl}/hand-off?outcome=expired`);
  setPanelCookie(panel.origin, reply, "panel", opened);
  return reply.redirect(`${panel.origin}${to}`);
}

/** Ends the panel's session. A form submission is redirected to a confirmation page; a script gets 204. */
async function signOut(deps: Deps, request: FastifyRequest, reply: FastifyReply) {
  const { panel } = parsePanelRequest(request.url);
  if (request.headers.origin !== panel.origin)
    throw new ApiError("forbidden/origin", { detail: `Sign out on a page of ${panel.origin}.` });
  const token = readPanelCookie(panel.origin, request, "panel");
  if (token !== null) await signOutOfPanel(deps, panel, { token, requestId: request.id });
  setPanelCookie(panel.origin, reply, "panel", null);
  if (!request.headers.accept?.includes("text/html")) return reply.status(204).send();
  return reply.redirect(`${deps.config.publicUrl}/hand-off?outcome=signed-out`, 303);
}
