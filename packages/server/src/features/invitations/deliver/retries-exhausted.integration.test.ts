import type { InvitationView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import { invite } from "../../../../test/invitations.ts";
import { createMailbox } from "../../../../test/test-doubles.ts";
import type { InvitationMailJob } from "../../../jobs/queues.ts";

let t: TestApp;
let lodos: TestOrganization;
const mailbox = createMailbox();
/** Sending waits for this promise. */
let mailServer = Promise.resolve();
beforeAll(async () => {
  const send: typeof mailbox.send = async (message) => {
    await mailServer;
    return mailbox.send(message);
  };
  t = await createTestApp({ mailer: { ...mailbox, send } });
  lodos = await t.organization();
});
beforeEach(() => {
  mailServer = Promise.resolve();
  mailbox.behavior = "accept";
});
afterAll(() => t.close());

const last = { tryNumber: 13, isLast: true };

async function inviteFor(email: string): Promise<InvitationMailJob> {
  const { id: invitationId } = await invite(t, lodos, email);
  const { organizationId } = lodos;
  return { kind: "invitation-mail", organizationId, invitationId, generation: 1 };
}

async function getView({ invitationId }: InvitationMailJob): Promise<InvitationView> {
  const path = `/organizations/${lodos.organizationId}/invitations/${invitationId}`;
  return (await t.as(lodos.owner).get(path)).json();
}

test("an email without further retries is failed, with the last error of the mail server", async () => {
  const [withoutError, withError] = [await inviteFor("quiet@x.example"), await inviteFor("known@x.example")];
  mailbox.behavior = "unavailable";
  await t.handlers["invitation-mail"](withError, { tryNumber: 12, isLast: false }).catch(() => undefined);

  for (const job of [withoutError, withError]) await t.handlers["given-up"](job);

  const deliveryError = "The last attempt ended before the mail server responded.";
  expect(await getView(withoutError)).toMatchObject({ delivery: "failed", deliveryError, lastSentAt: null });
  expect(await getView(withError)).toMatchObject({
    delivery: "failed",
    deliveryError: "The test's mail server is unavailable.",
  });
});

test("a slow process that delivers later replaces the failure", async () => {
  const job = await inviteFor("slow@x.example");
  let respond: () => void = () => undefined;
  mailServer = new Promise((resolve) => {
    respond = resolve;
  });
  const slow = t.handlers["invitation-mail"](job, last);
  await t.handlers["given-up"](job);
  expect(await getView(job)).toMatchObject({ delivery: "failed" });

  respond();
  await slow;

  const sent = await getView(job);
  expect(sent).toMatchObject({ delivery: "sent", lastSentAt: t.clock.now().toISOString() });
  expect(sent.deliveryError).toBeUndefined();
});

test("keeps the state of sent emails and of newer links", async () => {
  const [sent, renewed] = [await inviteFor("sent@x.example"), await inviteFor("renewed@x.example")];
  await t.handlers["invitation-mail"](sent, last);
  const path = `/organizations/${lodos.organizationId}/invitations/${renewed.invitationId}/resend`;
  expect((await t.as(lodos.owner).post(path)).statusCode).toBe(200);

  for (const job of [sent, renewed]) await t.handlers["given-up"](job);

  expect(await getView(sent)).toMatchObject({ delivery: "sent" });
  expect(await getView(renewed)).toMatchObject({ delivery: "queued" });
});
