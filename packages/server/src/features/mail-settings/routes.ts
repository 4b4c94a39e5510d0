import * as contract from "@gatehouse/sdk/contract";
import { type Language, type MailSettings, type MailTest, mailFailures } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Actor, AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeRead } from "../../auth/authorize-write.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import { escapeHtml } from "../../http/escape-html.ts";
import type { Route } from "../../http/route.ts";
import { getWorkerState, readOutboxState } from "../../jobs/outbox.ts";
import { MailUnavailable } from "../../ports/mailer.ts";
import { readSmtpUrl } from "../../ports/smtp-url.ts";
import { countAttempt } from "../sessions/index.ts";

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
    worker: getWorkerState(state),
    waitingJobs: state.dueJobs,
  };
  if (smtpUrl === null) return { kind: "files", server: null, isEncrypted: false, ...common };
  const { host, port, encryption } = readSmtpUrl(smtpUrl);
  return { kind: "smtp", server: `${host}:${port}`, isEncrypted: encryption !== "offered", ...common };
}

/** For the mail server's response. */
const timeoutMs = 15_000;

/** Per 15 minutes: enough to debug a mail server, too few for spam. */
const maxPerWindow = 10;

type TestDeps = Pick<Deps, "db" | "clock" | "ids" | "mailer" | "config">;

/**
 * Sends an email to the actor immediately, not through the outbox, because the user waits for the mail server's response.
 * @throws ApiError mail/no-recipient, throttled, not-found
 */
async function sendTestEmail(deps: TestDeps, actor: AuthenticatedActor): Promise<MailTest> {
  const { organizationId, ownUserId } = actor;
  if (actor.type !== "user" || ownUserId === null)
    throw new ApiError("mail/no-recipient", {
      detail: "A test email is sent to the signed-in user. Sign in to the panel and send it from there.",
    });
  await countAttempt(deps, [{ name: `test mail ${organizationId}`, limit: maxPerWindow }]);
  const { email, organization } = await authorizeRead(deps, actor, async (tx) => {
    const { rows } = await tx.query(sql<{ email: string; organization: string }>`
      SELECT u.email, o.name AS organization FROM users u JOIN organizations o ON o.organization_id = ${organizationId}
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${ownUserId}`);
    const [found] = rows;
    if (found === undefined) throw notFound();
    return found;
  });
  const outcome = await attemptSend(deps, actor, email);
  const target = { type: "organization", id: organizationId, name: organization };
  const changes = [{ field: "result" as const, before: null, after: outcome.status }];
  await deps.db.tenant(
    organizationId,
    (tx) => record(deps, tx, actor, [{ action: "organizations.mail-tested", target, changes }]),
    { system: "a sent email is recorded even if the sender has lost access" },
  );
  return { to: email, ...outcome };
}

async function attemptSend(
  deps: TestDeps,
  actor: Actor,
  to: string,
): Promise<Pick<MailTest, "status" | "reason">> {
  const { publicUrl } = deps.config;
  const rendered = renderTestEmail({ language: actor.language ?? "en", name: actor.name, publicUrl });
  const messageId = `<${deps.ids.next()}.test@${new URL(publicUrl).hostname}>`;
  const timedOut = Promise.withResolvers<never>();
  const timer = setTimeout(() => timedOut.reject(new MailUnavailable(mailFailures.timeout)), timeoutMs);
  const sending = deps.mailer.send({ to, ...rendered, messageId });
  // A result after the timeout is ignored.
  sending.catch(() => undefined);
  try {
    const outcome = await Promise.race([sending, timedOut.promise]);
    if (outcome.status === "rejected") return { status: "rejected", reason: outcome.reason };
    return { status: outcome.status, reason: null };
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    return { status: "unavailable", reason: error.message };
  } finally {
    clearTimeout(timer);
  }
}

interface TestEmail {
  readonly language: Language;
  /** Of the recipient. */
  readonly name: string;
  readonly publicUrl: string;
}

const messages = {
  en: {
    subject: "Test email from Gatehouse",
    hello: (name: string) => `Hello ${name},`,
    body: "this email shows that Gatehouse can send emails. Invitations will arrive in the same way.",
    sentBy: (url: string) => `Sent from the settings of Gatehouse at ${url}`,
  },
  tr: {
    subject: "Gatehouse deneme e-postası",
    hello: (name: string) => `Merhaba ${name},`,
    body: "bu e-posta, Gatehouse'un e-posta gönderebildiğini gösterir. Davetler de aynı yoldan ulaşacak.",
    sentBy: (url: string) => `${url} adresindeki Gatehouse ayarlarından gönderildi`,
  },
} as const;

/** Renders the email in the recipient's language. */
function renderTestEmail({ language, name, publicUrl }: TestEmail): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const { subject, hello, body, sentBy } = messages[language];
  const paragraphs = [hello(name), body, sentBy(publicUrl)];
  const html = paragraphs.map((text) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`).join("");
  return {
    subject,
    text: `${paragraphs.join("\n\n")}\n`,
    html: `<!doctype html><html lang="${language}"><body style="font:16px/1.5 system-ui,sans-serif;padding:24px">${html}</body></html>`,
  };
}
