/** A browser, a server and the mail server that it sends to, for tests in which people open links of emails. */
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { type MailServer, startMailServer } from "../../packages/server/test/mail-server.ts";
import { closeWindows, shareChromium } from "./chromium.ts";
import { type RunningServer, startServer } from "./start-server.ts";

/** What the test opens, and the emails that the server sends. */
export interface MailedPanel {
  readonly browser: Browser;
  readonly server: RunningServer;
  readonly mail: MailServer;
  /** Waits until an email to the address has a link to this page of the panel. Returns the newest one. */
  readonly readLink: (address: string, page?: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts them, with further settings of the server. */
export async function startMailedPanel(
  settings: Readonly<Record<string, string>> = {},
): Promise<MailedPanel> {
  const [browser, mail] = await Promise.all([shareChromium(), startMailServer()]);
  const server = await startServer({ SMTP_URL: mail.url, ...settings });
  const findLink = (address: string, page: string): string | undefined =>
    mail
      .accepted()
      .filter(({ recipients }) => recipients.includes(address))
      .map(({ email }) => new RegExp(`http:\\S+/${page}#\\S+`).exec(email.text ?? "")?.[0])
      .findLast((link) => link !== undefined);
  return {
    browser,
    server,
    mail,
    async readLink(address, page = "accept") {
      await expect.poll(() => findLink(address, page), { timeout: 20_000 }).toBeDefined();
      return findLink(address, page) ?? "";
    },
    async stop() {
      await closeWindows(browser);
      await server.stop();
      await mail.close();
    },
  };
}
