import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { sendTestMail } from "./send-test-mail.ts";
import { viewMailSettings } from "./view-mail-settings.ts";

/** Binds how mail leaves. */
export function registerMailRoutes(bind: Bind, deps: Deps): void {
  bind(contract.getMailSettings, { permission: "organization:view" }, async () => ({
    body: await viewMailSettings(deps),
  }));
  bind(contract.sendTestMail, { permission: "organization:edit" }, async ({ actor }) => ({
    body: await sendTestMail(deps, actor),
  }));
}
