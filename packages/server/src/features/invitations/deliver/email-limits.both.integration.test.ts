import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import { invite } from "../../../../test/invitations.ts";
import { DatabaseUnavailable } from "../../../db/database.ts";
import { deliverInvitation } from "./deliver-invitation.ts";
import { maxEmailsPerDay } from "./schedule-email.ts";

const minute = 60_000;
let t: TestApp;
let lodos: TestOrganization;
let path: string;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization();
  path = `/organizations/${lodos.organizationId}/invitations`;
});
afterAll(() => t.close());

const emailsTo = (email: string) => t.mailbox.messages.filter(({ to }) => to === email);
const resend = (id: string) => t.as(lodos.owner).post(`${path}/${id}/resend`);

/** The delays of an invitation's waiting jobs in the outbox, in seconds. */
async function listDelays(id: string): Promise<readonly number[]> {
  const rows = await t.sql(
    `SELECT round(extract(epoch FROM start_after - created_on))::integer AS wait FROM pgboss.job
     WHERE data ->> 'invitationId' = $1 AND state = 'created' ORDER BY created_on`,
    [id],
  );
  return rows.map(({ wait }) => Number(wait));
}

test("resending within a minute delays the email, and one email with the newest link is sent", async () => {
  const { id } = await invite(t, lodos, "often@x.example");
  await t.drainOutbox();
  expect(emailsTo("often@x.example")).toHaveLength(1);

  for (let times = 0; times < 3; times += 1) expect((await resend(id)).statusCode).toBe(200);
  expect(await listDelays(id)).toEqual([60, 60, 60]);
  await t.drainOutbox();
  expect(emailsTo("often@x.example")).toHaveLength(1);

  t.clock.advance(minute);
  await t.drainOutbox({ retries: true });
  expect(emailsTo("often@x.example")).toHaveLength(2);
  t.clock.advance(2 * minute);
  await resend(id);
  expect(await listDelays(id)).toEqual([0]);
});

test("an address receives ten emails a day, by resending, replacing, or revoking and inviting again", async () => {
  const email = "bombed@x.example";
  let { id } = await invite(t, lodos, email);
  for (let mails = 1; mails < maxEmailsPerDay; mails += 1) {
    t.clock.advance(2 * minute);
    if (mails % 3 === 0) await t.as(lodos.owner).delete(`${path}/${id}`);
    if (mails % 3 === 2) expect((await resend(id)).statusCode).toBe(200);
    else ({ id } = await invite(t, lodos, email));
  }
  t.clock.advance(2 * minute);
  const before = await t.sql("SELECT * FROM invitations WHERE invitation_id = $1", [id]);
  const jobs = await t.sql("SELECT count(*) FROM pgboss.job");

  const limited = await resend(id);
  expect(limited.json()).toMatchObject({ status: 429, code: "invitations/too-many-mails" });
  expect(limited.headers["retry-after"]).toBe("3600");
  const roleIds = [lodos.roles.viewer];
  const again = await t.as(lodos.owner).post(path, { invitations: [{ email, roleIds }] });
  expect(again.json()).toMatchObject({
    results: [{ status: "refused", code: "invitations/too-many-mails" }],
  });
  expect(await t.sql("SELECT * FROM invitations WHERE invitation_id = $1", [id])).toEqual(before);
  expect(await t.sql("SELECT count(*) FROM pgboss.job")).toEqual(jobs);

  // Without an email the invitation can still be replaced, and its link copied.
  const withoutEmail = await t.as(lodos.owner).post(path, { invitations: [{ email, roleIds }], send: false });
  expect(withoutEmail.json()).toMatchObject({ results: [{ status: "replaced" }] });
  t.clock.advance(24 * 60 * minute);
  expect((await resend(id)).statusCode).toBe(200);
});

test("twenty concurrent requests for one address send one email, and count as the two that could be sent", async () => {
  const { id } = await invite(t, lodos, "raced@x.example");
  t.clock.advance(2 * minute);
  const answers = await Promise.all(Array.from({ length: 20 }, () => resend(id)));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  t.clock.advance(minute);
  await t.drainOutbox({ retries: true });
  expect(emailsTo("raced@x.example")).toHaveLength(1);
  expect(await t.sql("SELECT mails_that_day FROM invitation_mails WHERE email = 'raced@x.example'")).toEqual([
    { mails_that_day: 3 }, // the invitation, this minute, the next minute
  ]);
});

test("restoring an invitation sends no email before the minute has passed", async () => {
  const { id } = await invite(t, lodos, "undone@x.example");
  await t.drainOutbox();
  for (let times = 0; times < 5; times += 1) {
    expect((await resend(id)).statusCode).toBe(200);
    for (const action of ["revoke", "restore"])
      await t.as(lodos.owner).post(`${path}/${action}`, { invitationIds: [id] });
    await t.drainOutbox();
  }
  expect(emailsTo("undone@x.example")).toHaveLength(1);
  t.clock.advance(minute);
  await t.drainOutbox({ retries: true });
  expect(emailsTo("undone@x.example")).toHaveLength(2);
});

test("an email that was accepted while the database was unavailable is recorded later, and isn't sent again", async () => {
  const { id } = await invite(t, lodos, "noted@x.example");
  let failures = 0;
  const tenant: typeof t.db.tenant = (organizationId, work, options) => {
    if (emailsTo("noted@x.example").length === 0 || failures === 2)
      return t.db.tenant(organizationId, work, options);
    failures += 1;
    throw new DatabaseUnavailable("The connection to the database broke.");
  };
  const job = {
    kind: "invitation-mail",
    organizationId: lodos.organizationId,
    invitationId: id,
    generation: 1,
  } as const;
  await deliverInvitation({ ...t.deps, db: { ...t.db, tenant } }, job, { isLast: false });

  expect(failures).toBe(2);
  expect((await t.as(lodos.owner).get(`${path}/${id}`)).json()).toMatchObject({ delivery: "sent" });
  await t.drainOutbox();
  expect(emailsTo("noted@x.example")).toHaveLength(1);
});
