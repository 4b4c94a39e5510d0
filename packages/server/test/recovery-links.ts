/** Helpers for tests of links in emails about an account. */
import type { Mailer } from "../src/ports/mailer.ts";
import type { TestApp } from "./create-test-app.ts";

/** A page that a link opens. */
type LinkPage = "reset" | "confirm-email" | "undo-email" | "secure-account";

/** The tokens of the links in emails to an address, the oldest first. Runs due jobs. */
export async function readTokens(t: TestApp, page: LinkPage, email: string): Promise<readonly string[]> {
  await t.drainOutbox();
  return t.mailbox.messages
    .filter(({ to }) => to === email)
    .flatMap(({ text }) => new RegExp(`/${page}#(\\S+)`).exec(text)?.[1] ?? []);
}

/** The token of the newest link. */
export async function readToken(t: TestApp, page: LinkPage, email: string): Promise<string> {
  const token = (await readTokens(t, page, email)).at(-1);
  if (token === undefined) throw new Error(`No email to ${email} has a link to /${page}.`);
  return token;
}

/** Requests a reset for an address and returns the token of its link. */
export async function requestReset(t: TestApp, email: string): Promise<string> {
  const response = await t.anonymous.post("/password-resets", { email });
  if (response.statusCode !== 202) throw new Error(response.body);
  return readToken(t, "reset", email);
}

/** A mailer of an installation without a mail server. It writes nothing. */
export const noMailServer: Mailer = {
  kind: "files",
  send: async () => ({ status: "written", file: "" }),
  close: async () => undefined,
};
