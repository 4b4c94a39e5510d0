import type { InvitationView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/inviting.ts";
import { createMailbox } from "../../../test/mailbox.ts";
import type { InvitationMailJob } from "../../outbox/enqueue.ts";

let t: TestApp;
let lodos: TestOrganization;
const mailbox = createMailbox();
/** What sending waits for. */
let answer = Promise.resolve();
beforeAll(async () => {
  const send: typeof mailbox.send = async (message) => {
    await answer;
    return mailbox.send(message);
  };
  t = await createTestApp({ mailer: { ...mailbox, send } });
  lodos = await t.organization();
});
beforeEach(() => {
  answer = Promise.resolve();
  mailbox.conduct = "accept";
});
afterAll(() => t.close());

const last = { tryNumber: 13, isLast: true };

async function inviteFor(email: string): Promise<InvitationMailJob> {
  const { id: invitationId } = await invite(t, lodos, email);
  const { organizationId } = lodos;
  return { kind: "invitation-mail", organizationId, invitationId, generation: 1 };
}

async function stateOf({ invitationId }: InvitationMailJob): Promise<InvitationView> {
  const path = `/organizations/${lodos.organizationId}/invitations/${invitationId}`;
  return (await t.as(lodos.owner).get(path)).json();
}

test("a mail that is given up has failed, and says what the mail server said before", async () => {
  const [quiet, known] = [await inviteFor("quiet@x.example"), await inviteFor("known@x.example")];
  mailbox.conduct = "unavailable";
  await t.handlers["invitation-mail"](known, { tryNumber: 12, isLast: false }).catch(() => undefined);

  for (const job of [quiet, known]) await t.handlers["given-up"](job);

  const deliveryError = "The last try broke off before the mail server answered.";
  expect(await stateOf(quiet)).toMatchObject({ delivery: "failed", deliveryError, lastSentAt: null });
  expect(await stateOf(known)).toMatchObject({
    delivery: "failed",
    deliveryError: "The test's mail server is away.",
  });
});

test("a slow process that delivers after all has the last word", async () => {
  const job = await inviteFor("slow@x.example");
  let arrive: () => void = () => undefined;
  answer = new Promise((resolve) => {
    arrive = resolve;
  });
  const slow = t.handlers["invitation-mail"](job, last);
  await t.handlers["given-up"](job);
  expect(await stateOf(job)).toMatchObject({ delivery: "failed" });

  arrive();
  await slow;

  const sent = await stateOf(job);
  expect(sent).toMatchObject({ delivery: "sent", lastSentAt: t.clock.now().toISOString() });
  expect(sent.deliveryError).toBeUndefined();
});

test("what was sent stays sent, and a newer link has its own story", async () => {
  const [sent, renewed] = [await inviteFor("sent@x.example"), await inviteFor("renewed@x.example")];
  await t.handlers["invitation-mail"](sent, last);
  const path = `/organizations/${lodos.organizationId}/invitations/${renewed.invitationId}/resend`;
  expect((await t.as(lodos.owner).post(path)).statusCode).toBe(200);

  for (const job of [sent, renewed]) await t.handlers["given-up"](job);

  expect(await stateOf(sent)).toMatchObject({ delivery: "sent" });
  expect(await stateOf(renewed)).toMatchObject({ delivery: "queued" });
});
