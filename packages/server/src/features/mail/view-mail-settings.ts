import type { MailSettings } from "@gatehouse/sdk/contract";
import type { Config } from "../../config.ts";

const usualPorts: Readonly<Record<string, number>> = { "smtp:": 587, "smtps:": 465 };

/** How mail leaves. User name and password of the mail server stay out of it. */
export function viewMailSettings({ smtpUrl, mailFrom }: Pick<Config, "smtpUrl" | "mailFrom">): MailSettings {
  const sender = { name: mailFrom.name, address: mailFrom.address };
  if (smtpUrl === null) return { kind: "files", server: null, isEncrypted: false, sender };
  const { protocol, hostname, port } = new URL(smtpUrl);
  return {
    kind: "smtp",
    server: `${hostname}:${port === "" ? usualPorts[protocol] : port}`,
    isEncrypted: protocol === "smtps:",
    sender,
  };
}
