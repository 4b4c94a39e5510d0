import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { requestEmailChange } from "./change-email.ts";
import { completePasswordReset, lookUpPasswordReset } from "./complete-reset.ts";
import { cancelEmailChange, confirmEmailChange } from "./finish-email-change.ts";
import { reportSignIn } from "./report-sign-in.ts";
import { requestPasswordReset } from "./request-reset.ts";
import { sendPasswordReset } from "./send-user-reset.ts";

/** Registers the endpoints of password resets and of changes of address. */
export function registerAccountRecovery(route: Route, deps: Deps): void {
  const byLink = { public: "the link is the proof" };
  route(
    contract.requestPasswordReset,
    { public: "a person who forgot the password can't sign in" },
    async ({ body, session, throttleSource }) => {
      await requestPasswordReset(deps, { email: body.email, session, throttleSource });
      return { body: {} };
    },
  );
  route(contract.lookUpPasswordReset, byLink, async ({ body, throttleSource }) => ({
    body: await lookUpPasswordReset(deps, body.token, throttleSource),
  }));
  route(contract.completePasswordReset, byLink, async ({ body, origin, throttleSource }) => {
    await completePasswordReset(deps, { ...body, origin, throttleSource });
    return {};
  });
  route(contract.sendPasswordReset, { permission: "users:reset-credentials" }, async ({ actor, params }) => {
    const body = await sendPasswordReset(deps, actor, params.userId);
    return { body, status: "url" in body ? 200 : contract.sendPasswordReset.success.status };
  });
  route(contract.changeEmail, { account: true }, async ({ account, body }) => {
    await requestEmailChange(deps, account, body.email);
    return { body: {} };
  });
  route(contract.confirmEmailChange, byLink, async ({ body, origin, throttleSource }) => {
    await confirmEmailChange(deps, { ...body, origin, throttleSource });
    return {};
  });
  route(contract.reportSignIn, byLink, async ({ body, origin, throttleSource }) => {
    await reportSignIn(deps, { ...body, origin, throttleSource });
    return {};
  });
  route(contract.cancelEmailChange, byLink, async ({ body, origin, throttleSource }) => {
    await cancelEmailChange(deps, { ...body, origin, throttleSource });
    return {};
  });
}
