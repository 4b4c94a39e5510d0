import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { viewSession } from "./open-session.ts";
import { signIn } from "./sign-in.ts";
import { signOut } from "./sign-out.ts";

/** Binds signing in and out. */
export function registerSessionRoutes(bind: Bind, deps: Deps): void {
  const open = { public: "signing in is how one becomes known", opensSession: true };
  bind(contract.signIn, open, async ({ body, origin, session: current }) => {
    const { session, view } = await signIn(deps, { ...body, origin, current });
    return { body: view, session };
  });
  bind(contract.getSession, { account: true }, async ({ account }) => {
    const stored = {
      id: account.accountId,
      name: account.name,
      email: account.email,
      language: account.language,
    };
    return {
      body: await deps.db.shared((tx) => viewSession(tx, stored, account.expiresAt), { readOnly: true }),
    };
  });
  bind(contract.signOut, { account: true }, async ({ account }) => {
    await signOut(deps, account, { everywhere: false });
    return { clearSession: true };
  });
  bind(contract.signOutEverywhere, { account: true }, async ({ account }) => {
    await signOut(deps, account, { everywhere: true });
    return { clearSession: true };
  });
}
