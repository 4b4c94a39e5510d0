import type { MailSettings } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { isWorkerMissing, readOutboxState } from "../../jobs/outbox-state.ts";
import { readSmtpUrl } from "../../ports/smtp-url.ts";
import { sendTestEmail } from "./send-test-email.ts";

/** Registers the endpoints for e-mail delivery settings. */
export function registerMailRoutes(route: Route, deps: Deps): void {
  route(contract.getMailSettings, { permission: "organization:view" }, async () => ({
    body: await getMailSettings(deps),
  }));
  route(contract.sendTestMail, { permission: "organization:edit" }, async ({ actor }) => ({
    body: await sendTestEmail(deps, actor),
  }));
}

/** The delivery settings, without the mail server's user name and password. */
async function getMailSettings({ db, config }: Pick<Deps, "db" | "config">): Promise<MailSettings> {
  const { smtpUrl, mailFrom } = config;
  const state = await readOutboxState(db);
  const common = {
    sender: { name: mailFrom.name, address: mailFrom.address },
    worker: isWorkerMissing(state) ? ("missing" as const) : ("running" as const),
    waitingJobs: state.dueJobs,
  };
  if (smtpUrl === null) return { kind: "files", server: null, isEncrypted: false, ...common };
  const { host, port, encryption } = readSmtpUrl(smtpUrl);
  return { kind: "smtp", server: `${host}:${port}`, isEncrypted: encryption !== "offered", ...common };
}
