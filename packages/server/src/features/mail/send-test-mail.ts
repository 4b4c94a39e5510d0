import { type MailTest, mailFailures } from "@gatehouse/sdk/contract";
import { sql } from "kysely";
import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { Actor, AuthenticatedActor } from "../../http/actor.ts";
import { authorizeRead } from "../../http/authorize-write.ts";
import { notFound, Refusal } from "../../http/refusal.ts";
import { MailUnavailable } from "../../ports/mailer.ts";
import { countTry } from "../sessions/index.ts";
import { renderTestMail } from "./test-mail.ts";

/** How long a person waits for the mail server's answer, in milliseconds. */
const patience = 15_000;

/** So many in a quarter of an hour: enough to repair a mail server, too few to annoy anybody. */
const most = 10;

type TestDeps = Pick<Deps, "db" | "clock" | "ids" | "mailer" | "config">;

/**
 * Sends a mail to the actor, now and not through the outbox, because somebody waits for what the mail server says.
 * @throws Refusal mail/no-recipient, throttled, not-found
 */
export async function sendTestMail(deps: TestDeps, actor: AuthenticatedActor): Promise<MailTest> {
  const { organizationId, ownUserId } = actor;
  if (actor.type !== "user" || ownUserId === null)
    throw new Refusal("mail/no-recipient", {
      detail: "A test mail goes to the person who asks for it. Sign in to the panel and send it from there.",
    });
  await countTry(deps, [{ name: `test mail ${organizationId}`, limit: most }]);
  const { email, organization } = await authorizeRead(deps, actor, async (tx) => {
    const { rows } = await sql<{ email: string; organization: string }>`
      SELECT u.email, o.name AS organization FROM users u JOIN organizations o ON o.organization_id = ${organizationId}
      WHERE u.organization_id = ${organizationId} AND u.user_id = ${ownUserId}`.execute(tx);
    const [found] = rows;
    if (found === undefined) throw notFound();
    return found;
  });
  const outcome = await tryToSend(deps, actor, email);
  const target = { type: "organization", id: organizationId, name: organization };
  const changes = [{ field: "result" as const, before: null, after: outcome.status }];
  await deps.db.tenant(
    organizationId,
    (tx) => record(deps, tx, actor, [{ action: "organizations.mail-tested", target, changes }]),
    { system: "a mail that was sent is recorded, whatever became of its sender's rights" },
  );
  return { to: email, ...outcome };
}

async function tryToSend(
  deps: TestDeps,
  actor: Actor,
  to: string,
): Promise<Pick<MailTest, "status" | "reason">> {
  const { publicUrl } = deps.config;
  const rendered = renderTestMail({ language: actor.language, name: actor.name, publicUrl });
  const messageId = `<${deps.ids.next()}.test@${new URL(publicUrl).hostname}>`;
  const tooLong = Promise.withResolvers<never>();
  const timer = setTimeout(() => tooLong.reject(new MailUnavailable(mailFailures["no-answer"])), patience);
  const sending = deps.mailer.send({ to, ...rendered, messageId });
  // Whoever has waited long enough is answered; what comes of it later interests nobody.
  sending.catch(() => undefined);
  try {
    const outcome = await Promise.race([sending, tooLong.promise]);
    if (outcome.status === "rejected") return { status: "rejected", reason: outcome.reason };
    return { status: outcome.status, reason: null };
  } catch (error) {
    if (!(error instanceof MailUnavailable)) throw error;
    return { status: "unavailable", reason: error.message };
  } finally {
    clearTimeout(timer);
  }
}
