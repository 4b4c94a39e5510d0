import type { MailSettings } from "@gatehouse/sdk/contract";
import type { Config } from "../../config.ts";
import { readSmtpUrl } from "../../ports/smtp-url.ts";

/** How mail leaves. User name and password of the mail server stay out of it. */
export function viewMailSettings({ smtpUrl, mailFrom }: Pick<Config, "smtpUrl" | "mailFrom">): MailSettings {
  const sender = { name: mailFrom.name, address: mailFrom.address };
  if (smtpUrl === null) return { kind: "files", server: null, isEncrypted: false, sender };
  const { host, port, encryption } = readSmtpUrl(smtpUrl);
  return { kind: "smtp", server: `${host}:${port}`, isEncrypted: encryption !== "offered", sender };
}
