import * as contract from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { findUserOfSession, readPanelOrigin } from "../../http/read-session.ts";
import { requireKey } from "../../http/require.ts";
import { changePassword } from "./change-password.ts";
import { endMySessions } from "./end-my-sessions.ts";
import { accountOf, viewSession } from "./open-session.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";
import { viewOpenSessions } from "./view-open-sessions.ts";

/** Binds signing in and out. */
export function registerSessionRoutes(bind: Bind, deps: Deps): void {
  const open = { public: "signing in is how one becomes known", opensSession: true };
  bind(contract.signIn, open, async ({ body, origin, caller, session: current }) => {
    const { session, view, devices } = await signIn(deps, { ...body, origin, caller, current });
    return { body: view, session, devices };
  });
  bind(contract.getSession, { account: true }, async ({ account }) => {
    const view = (tx: Tx) => viewSession(tx, accountOf(account), account.expiresAt);
    return { body: await deps.db.shared(view, { readOnly: true }) };
  });
  bind(contract.signOut, { account: true }, async ({ account }) => {
    await signOut(deps, account, { everywhere: false });
    return { clearSession: true };
  });
  bind(contract.signOutEverywhere, { account: true }, async ({ account }) => {
    await signOut(deps, account, { everywhere: true });
    return { clearSession: true };
  });
  bind(contract.introspectSession, { permission: "users:view" }, async ({ again, body }) => {
    const actor = await again(); // the body may have been long on its way
    requireKey(actor);
    const found = await findUserOfSession(deps, actor.organizationId, {
      token: body.token,
      panelOrigin: readPanelOrigin(deps.config, body.origin),
    });
    const answer: contract.Introspection =
      found === null || !found.isPanelKnown
        ? { active: false }
        : { active: true, user: found.user, expiresAt: found.expiresAt.toISOString() };
    return { body: answer };
  });
  registerOwnSessionRoutes(bind, deps);
}

/** One's own password, and where one is signed in. */
function registerOwnSessionRoutes(bind: Bind, deps: Deps): void {
  bind(contract.changePassword, { account: true }, async ({ account, body, caller }) => ({
    devices: await changePassword(deps, account, { ...body, devices: caller.devices }),
  }));
  bind(contract.listMySessions, { account: true }, async ({ account }) => {
    const query = { accountId: account.accountId, currentId: account.sessionId, now: deps.clock.now() };
    return {
      body: { items: await deps.db.shared((tx) => viewOpenSessions(tx, query), { readOnly: true }) },
    };
  });
  bind(contract.endMySession, { account: true }, async ({ account, params }) => {
    const { isOwnEnded } = await endMySessions(deps, account, params.sessionId);
    return { clearSession: isOwnEnded };
  });
  bind(contract.endMyOtherSessions, { account: true }, async ({ account }) => {
    await endMySessions(deps, account, null);
    return {};
  });
}
