import { parseUserAgent } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { AccountMail, AccountMailJob, AccountNotice } from "../../jobs/queues.ts";
import type { MailMessage } from "../../ports/mailer.ts";
import {
  createUrl,
  endLinks,
  findAccountByEmail,
  insertLink,
  isLinkLive,
  isUndoLive,
  lockAccount,
} from "../accounts/index.ts";
import { type AccountEmail, renderAccountEmail } from "./account-email.ts";

/** How long the link "That wasn't me" works. */
const secureLinkMs = 7 * 24 * 3_600_000;

type DeliveryDeps = Pick<Deps, "db" | "clock" | "secrets" | "mailer" | "config">;

/**
 * Handles an outbox job: composes the email and sends it. It may run twice for one job; then both emails have the same
 * link and the same Message-ID. A job whose link has ended meanwhile is ignored, as is a reset for an address without an
 * account. A refusal by the mail server is final.
 * @throws MailUnavailable when the email should be sent again later
 */
export async function deliverAccountMail(deps: DeliveryDeps, job: AccountMailJob): Promise<void> {
  const message = await deps.db.shared((tx) => composeMessage(deps, tx, job), {
    system: "creates the link of an email",
  });
  if (message !== null) await deps.mailer.send(message);
}

async function composeMessage(
  deps: DeliveryDeps,
  tx: Tx,
  { emailId, mail }: AccountMailJob,
): Promise<MailMessage | null> {
  const email =
    mail.type === "password-reset"
      ? await prepareReset(deps, tx, { emailId, mail })
      : "since" in mail
        ? await prepareNotice(deps, tx, { emailId, mail })
        : await prepareOther(deps, tx, { emailId, mail });
  if (email === null) return null;
  const messageId = `<${emailId}@${new URL(deps.config.publicUrl).hostname}>`;
  return { ...renderAccountEmail(email), to: email.to, messageId };
}

/** Creates the link in the first attempt, and ends the earlier ones. Null without an account, or once the link has ended. */
async function prepareReset(
  deps: DeliveryDeps,
  tx: Tx,
  {
    emailId,
    mail,
  }: { readonly emailId: string; readonly mail: Extract<AccountMail, { type: "password-reset" }> },
): Promise<AccountEmail | null> {
  const now = deps.clock.now();
  const expiresAt = new Date(mail.expiresAt);
  const found = await findAccountByEmail(tx, mail.email);
  const account = found === null ? null : await lockAccount(tx, found.id);
  if (account?.email !== mail.email || expiresAt.getTime() <= now.getTime()) return null;
  const link = { id: emailId, purpose: "password-reset", accountId: account.id, email: mail.email } as const;
  if (await insertLink(tx, deps.secrets, { ...link, createdAt: now, expiresAt }))
    await endLinks(tx, account.id, { purposes: ["password-reset"], now, exceptId: emailId });
  else if (!(await isLinkLive(tx, emailId, now))) return null;
  const { organization } = mail;
  return {
    type: "password-reset",
    language: account.language,
    to: mail.email,
    link: createUrl(deps.secrets, deps.config.publicUrl, link),
    expiresAt,
    organization,
  };
}

/** Creates the link in the first attempt. Null without an account, once the link has ended, or if the address is of somebody else. */
async function prepareNotice(
  deps: DeliveryDeps,
  tx: Tx,
  { emailId, mail }: { readonly emailId: string; readonly mail: AccountNotice },
): Promise<AccountEmail | null> {
  const now = deps.clock.now();
  const [at, removesSince] = [new Date(mail.at), new Date(mail.since)];
  const { accountId, email, language } = mail;
  const account = await lockAccount(tx, accountId);
  if (account === null) return null;
  // The link restores the address: only an owner who could undo the change of it gets one.
  if (account.email !== email && !(await isUndoLive(tx, { accountId, email, since: at, now }))) return null;
  const link = { id: emailId, purpose: "secure-account", accountId, email } as const;
  const expiresAt = new Date(at.getTime() + secureLinkMs);
  const isNew = await insertLink(tx, deps.secrets, { ...link, removesSince, createdAt: at, expiresAt });
  if (!isNew && !(await isLinkLive(tx, emailId, now))) return null;
  const url = createUrl(deps.secrets, deps.config.publicUrl, link);
  const common = { language, to: email, link: url, at, expiresAt };
  if (mail.type === "password-changed") return { ...common, type: mail.type };
  if (mail.type === "second-factor") return { ...common, type: mail.type, change: mail.change };
  const { type, ip, userAgent, isNewNetwork } = mail;
  const { browser, system } = parseUserAgent(userAgent);
  const device = [browser, system].filter((part) => part !== null).join(", ") || null;
  return { ...common, type, device, ip, isNewNetwork };
}

/** Null once the link of the email has ended. */
async function prepareOther(
  { clock, secrets, config: { publicUrl } }: DeliveryDeps,
  tx: Tx,
  {
    emailId,
    mail,
  }: {
    readonly emailId: string;
    readonly mail: Exclude<AccountMail, AccountNotice | { type: "password-reset" }>;
  },
): Promise<AccountEmail | null> {
  const { email: to, language } = mail;
  if (mail.type === "two-factor-reminder") {
    const { type, organization, dueAt } = mail;
    const link = `${publicUrl}/account`;
    return { type, language, to, link, organization, dueAt: dueAt === null ? null : new Date(dueAt) };
  }
  if (!(await isLinkLive(tx, emailId, clock.now()))) return null;
  const link = createUrl(secrets, publicUrl, { id: emailId, purpose: mail.type });
  const expiresAt = new Date(mail.expiresAt);
  return mail.type === "confirm-email"
    ? { type: mail.type, language, to, link, expiresAt }
    : { type: mail.type, language, to, link, expiresAt, newEmail: mail.newEmail };
}
