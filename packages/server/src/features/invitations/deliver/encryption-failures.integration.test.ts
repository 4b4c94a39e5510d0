/** Why an email could not be sent is told in the invitation and after a test email. */
import { expect, onTestFinished, test } from "vitest";
import { createTestApp } from "../../../../test/create-test-app.ts";
import { invite } from "../../../../test/invitations.ts";
import { type MailServerOptions, startMailServer } from "../../../../test/mail-server.ts";
import { createSmtpMailer } from "../../../ports/smtp-mailer.ts";

const from = { name: "Lodos Access", address: "access@lodos.example" };

async function setUp(options: MailServerOptions) {
  const server = await startMailServer(0, options);
  const t = await createTestApp({
    mailer: createSmtpMailer({ url: server.url, from, heloName: "access.lodos.example" }),
  });
  onTestFinished(async () => {
    await t.close();
    await server.close();
  });
  const lodos = await t.organization();
  const path = `/organizations/${lodos.organizationId}`;
  const owner = t.as(lodos.owner);
  const deliver = async (email: string) => {
    const { id } = await invite(t, lodos, email);
    await t.drainOutbox();
    return (await owner.get(`${path}/invitations/${id}`)).json();
  };
  return { t, server, deliver, sendTest: async () => (await owner.post(`${path}/mail/test`)).json() };
}

test.each<[string, MailServerOptions, RegExp]>([
  [
    "a certificate that is not trusted",
    { offersTls: true },
    /^The mail server's certificate is not trusted\.$/,
  ],
  [
    "STARTTLS that can't be started",
    { demandsTls: true },
    /^The mail server requires STARTTLS, .* It said: 530 5\.7\.0 Must issue a STARTTLS command first$/,
  ],
])("tells about %s, and keeps the email", async (_, options, reason) => {
  const { deliver, sendTest, server } = await setUp(options);
  const deliveryError = expect.stringMatching(reason);
  expect(await deliver("elif@x.example")).toMatchObject({ delivery: "queued", deliveryError });
  expect(await sendTest()).toMatchObject({ status: "unavailable", reason: deliveryError });
  expect(server.received).toEqual([]);
});

test("tells that the mail server lacks SMTPUTF8, and doesn't try again", async () => {
  const { t, deliver, server } = await setUp({ lacksSmtpUtf8: true });
  expect(await deliver("\u00FCnal@x.example")).toMatchObject({
    delivery: "failed",
    deliveryError: expect.stringMatching(/^The mail server does not support SMTPUTF8, /),
  });
  expect(await t.drainOutbox({ retries: true })).toBe(0);
  expect(await deliver("elif@x.example")).toMatchObject({ delivery: "sent" });
  expect(server.received).toHaveLength(1);
});
