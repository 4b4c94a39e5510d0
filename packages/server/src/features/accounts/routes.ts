import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { editMe } from "./edit-me.ts";
import { getMe } from "./get-me.ts";

/** Binds one's own account. */
export function registerAccountRoutes(bind: Bind, deps: Deps): void {
  bind(contract.getMe, { account: true }, async ({ account }) => ({ body: await getMe(deps, account) }));
  bind(contract.editMe, { account: true }, async ({ account, body }) => ({
    body: await editMe(deps, account, body),
  }));
}
