import * as contract from "@gatehouse/sdk/contract";
import { normalizeAddress } from "../../auth/client-address.ts";
import { requireApiKey } from "../../auth/require-permission.ts";
import { findSessionUser, readPanelOrigin } from "../../auth/sessions.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { changePassword } from "./change-password.ts";
import type { SignInResult } from "./complete-sign-in.ts";
import { endMySessions, signOut } from "./end-sessions.ts";
import { listSessionViews, loadSessionView, toAccount } from "./open-session.ts";
import { createPasskeyRequest } from "./passkey-options.ts";
import { signIn } from "./sign-in.ts";
import { listMySignIns } from "./sign-in-history.ts";
import { signInWithFactor } from "./sign-in-with-factor.ts";
import { signInWithPasskey } from "./sign-in-with-passkey.ts";
import { stepUp } from "./step-up.ts";

/** The response to a sign-in whose steps were all passed. */
function toResult({ session, view, devices }: SignInResult) {
  return { body: view, session, devices };
}

/** Registers the endpoints of sessions. */
export function registerSessionRoutes(route: Route, deps: Deps): void {
  const open = { public: "sign-in needs no session", opensSession: true };
  route(contract.signIn, open, async ({ body, origin, throttleSource, challengeToken, session: current }) => {
    const opened = await signIn(deps, { ...body, origin, throttleSource, challengeToken, current });
    if ("session" in opened) return toResult(opened);
    const { challenge, methods } = opened;
    const pending = { methods, expiresAt: challenge.expiresAt.toISOString() };
    return { body: { challenge: pending }, status: contract.signIn.success.existingStatus, challenge };
  });
  const pending = { public: "the cookie of the challenge is the proof", opensSession: true };
  route(contract.signInWithSecondFactor, pending, async ({ body: proof, session: current, ...request }) => {
    const { challengeToken, origin, throttleSource } = request;
    return toResult(await signInWithFactor(deps, { proof, challengeToken, origin, throttleSource, current }));
  });
  const harmless = { public: "a challenge opens nothing" };
  route(contract.createSignInOptions, harmless, async ({ query, session, challengeToken }) => ({
    body: await createPasskeyRequest(deps, { purpose: query.purpose, session, challengeToken }),
  }));
  route(contract.signInWithPasskey, open, async ({ body, session: current, ...request }) => {
    const { origin, throttleSource } = request;
    const { credential } = body;
    return toResult(await signInWithPasskey(deps, { credential, origin, throttleSource, current }));
  });
  route(contract.getSession, { account: true }, async ({ account }) => {
    const view = (tx: Tx) => loadSessionView(tx, toAccount(account), account.expiresAt);
    return { body: await deps.db.shared(view, { readOnly: true }) };
  });
  route(contract.signOut, { account: true }, async ({ account }) => {
    await signOut(deps, account, { everywhere: false });
    return { clearSession: true };
  });
  route(contract.signOutEverywhere, { account: true }, async ({ account }) => {
    await signOut(deps, account, { everywhere: true });
    return { clearSession: true };
  });
  route(contract.introspectSession, { permission: "users:view" }, async ({ reauthenticate, body }) => {
    const actor = await reauthenticate(); // the body may have been long on its way
    requireApiKey(actor);
    const found = await findSessionUser(deps, actor.organizationId, {
      token: body.token,
      panelOrigin: readPanelOrigin(deps.config, body.origin),
      address: body.ip === undefined ? null : normalizeAddress(body.ip),
    });
    const answer: contract.Introspection =
      found === null || found.denied !== undefined || !found.isPanelKnown
        ? { active: false }
        : { active: true, user: found.user, expiresAt: found.expiresAt.toISOString() };
    return { body: answer };
  });
  registerOwnSessionRoutes(route, deps);
}

/** Registers the endpoints of the account's own password and sessions. */
function registerOwnSessionRoutes(route: Route, deps: Deps): void {
  route(contract.changePassword, { account: true }, async ({ account, body, throttleSource }) => ({
    devices: await changePassword(deps, account, { ...body, devices: throttleSource.devices }),
  }));
  route(contract.stepUp, { account: true }, async ({ account, body }) => {
    await stepUp(deps, account, body);
    return {};
  });
  route(contract.listMySessions, { account: true }, async ({ account }) => {
    const query = { accountId: account.accountId, currentId: account.sessionId, now: deps.clock.now() };
    return {
      body: { items: await deps.db.shared((tx) => listSessionViews(tx, query), { readOnly: true }) },
    };
  });
  route(contract.listMySignIns, { account: true }, async ({ account, query }) => ({
    body: await listMySignIns(deps, account, query),
  }));
  route(contract.endMySession, { account: true }, async ({ account, params }) => {
    const { isCurrentSessionEnded } = await endMySessions(deps, account, params.sessionId);
    return { clearSession: isCurrentSessionEnded };
  });
  route(contract.endMyOtherSessions, { account: true }, async ({ account }) => {
    await endMySessions(deps, account, null);
    return {};
  });
}
