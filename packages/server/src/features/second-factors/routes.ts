import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { getSecurity } from "./get-security.ts";
import { addPasskey, removePasskey, renamePasskey, startPasskey } from "./manage-passkeys.ts";
import { removeSecondFactors } from "./remove-for-user.ts";
import { renewRecoveryCodes } from "./renew-recovery-codes.ts";
import { confirmTotp, removeTotp, startTotp } from "./set-up-totp.ts";

/** Registers the endpoints of second factors. */
export function registerSecondFactorRoutes(route: Route, deps: Deps): void {
  route(contract.getSecurity, { account: true }, async ({ account }) => ({
    body: await getSecurity(deps, account),
  }));
  route(contract.startTotp, { account: true }, async ({ account }) => ({
    body: await startTotp(deps, account),
  }));
  route(contract.confirmTotp, { account: true }, async ({ account, body }) => ({
    body: await confirmTotp(deps, account, body.code),
  }));
  route(contract.removeTotp, { account: true }, async ({ account }) => {
    await removeTotp(deps, account);
    return {};
  });
  route(contract.createPasskeyOptions, { account: true }, async ({ account }) => ({
    body: await startPasskey(deps, account),
  }));
  route(contract.addPasskey, { account: true }, async ({ account, body }) => ({
    body: await addPasskey(deps, account, body),
  }));
  route(contract.renamePasskey, { account: true }, async ({ account, params, body }) => ({
    body: await renamePasskey(deps, account, { ...params, ...body }),
  }));
  route(contract.removePasskey, { account: true }, async ({ account, params }) => {
    await removePasskey(deps, account, params.passkeyId);
    return {};
  });
  route(contract.createRecoveryCodes, { account: true }, async ({ account }) => ({
    body: { recoveryCodes: await renewRecoveryCodes(deps, account) },
  }));
  route(
    contract.removeSecondFactors,
    { permission: "users:reset-credentials" },
    async ({ actor, params }) => {
      await removeSecondFactors(deps, actor, params.userId);
      return {};
    },
  );
}
