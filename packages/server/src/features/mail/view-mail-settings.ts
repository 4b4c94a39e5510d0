import type { MailSettings } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import { isWorkerMissing, readOutboxState } from "../../outbox/outbox-state.ts";
import { readSmtpUrl } from "../../ports/smtp-url.ts";

/** How mail leaves. User name and password of the mail server stay out of it. */
export async function viewMailSettings({ db, config }: Pick<Deps, "db" | "config">): Promise<MailSettings> {
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
