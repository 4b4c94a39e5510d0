import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { invite } from "../../../test/inviting.ts";
import { DatabaseUnavailable } from "../../database/database.ts";
import { deliverInvitation } from "./deliver-invitation.ts";
import { maxMailsPerDay } from "./mail-limits.ts";

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

const mailsTo = (email: string) => t.mailbox.messages.filter(({ to }) => to === email);
const resend = (id: string) => t.as(lodos.owner).post(`${path}/${id}/resend`);

/** Seconds until the jobs of an invitation that wait are due, by the outbox. */
async function waits(id: string): Promise<readonly number[]> {
  const rows = await t.sql(
    `SELECT round(extract(epoch FROM start_after - created_on))::integer AS wait FROM pgboss.job
     WHERE data ->> 'invitationId' = $1 AND state = 'created' ORDER BY created_on`,
    [id],
  );
  return rows.map(({ wait }) => Number(wait));
}

test("an invitation that is sent again at once waits for its minute, and one mail with the newest link leaves", async () => {
  const { id } = await invite(t, lodos, "often@x.example");
  await t.drainOutbox();
  expect(mailsTo("often@x.example")).toHaveLength(1);

  for (let times = 0; times < 3; times += 1) expect((await resend(id)).statusCode).toBe(200);
  expect(await waits(id)).toEqual([60, 60, 60]);
  await t.drainOutbox();
  expect(mailsTo("often@x.example")).toHaveLength(1);

  t.clock.advance(minute);
  await t.drainOutbox({ retries: true });
  expect(mailsTo("often@x.example")).toHaveLength(2);
  t.clock.advance(2 * minute);
  await resend(id);
  expect(await waits(id)).toEqual([0]);
});

test("an address gets ten mails a day, whether invitations are sent again, replaced, or revoked and made anew", async () => {
  const email = "bombed@x.example";
  let { id } = await invite(t, lodos, email);
  for (let mails = 1; mails < maxMailsPerDay; mails += 1) {
    t.clock.advance(2 * minute);
    if (mails % 3 === 0) await t.as(lodos.owner).delete(`${path}/${id}`);
    if (mails % 3 === 2) expect((await resend(id)).statusCode).toBe(200);
    else ({ id } = await invite(t, lodos, email));
  }
  t.clock.advance(2 * minute);
  const before = await t.sql("SELECT * FROM invitations WHERE invitation_id = $1", [id]);
  const jobs = await t.sql("SELECT count(*) FROM pgboss.job");

  const refused = await resend(id);
  expect(refused.json()).toMatchObject({ status: 429, code: "invitations/too-many-mails" });
  expect(refused.headers["retry-after"]).toBe("3600");
  const roleIds = [lodos.roles.viewer];
  const again = await t.as(lodos.owner).post(path, { invitations: [{ email, roleIds }] });
  expect(again.json()).toMatchObject({
    results: [{ status: "refused", code: "invitations/too-many-mails" }],
  });
  expect(await t.sql("SELECT * FROM invitations WHERE invitation_id = $1", [id])).toEqual(before);
  expect(await t.sql("SELECT count(*) FROM pgboss.job")).toEqual(jobs);

  // Without a mail the invitation can still be changed, and the link be copied.
  const silent = await t.as(lodos.owner).post(path, { invitations: [{ email, roleIds }], send: false });
  expect(silent.json()).toMatchObject({ results: [{ status: "replaced" }] });
  t.clock.advance(24 * 60 * minute);
  expect((await resend(id)).statusCode).toBe(200);
});

test("twenty requests at once for one address make one mail, and count as the two that might have left", async () => {
  const { id } = await invite(t, lodos, "raced@x.example");
  t.clock.advance(2 * minute);
  const answers = await Promise.all(Array.from({ length: 20 }, () => resend(id)));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  t.clock.advance(minute);
  await t.drainOutbox({ retries: true });
  expect(mailsTo("raced@x.example")).toHaveLength(1);
  expect(await t.sql("SELECT mails_that_day FROM invitation_mails WHERE email = 'raced@x.example'")).toEqual([
    { mails_that_day: 3 }, // the invitation, this minute, the next minute
  ]);
});

test("taking a revocation back sends no mail before its minute", async () => {
  const { id } = await invite(t, lodos, "undone@x.example");
  await t.drainOutbox();
  for (let times = 0; times < 5; times += 1) {
    expect((await resend(id)).statusCode).toBe(200);
    for (const action of ["revoke", "restore"])
      await t.as(lodos.owner).post(`${path}/${action}`, { invitationIds: [id] });
    await t.drainOutbox();
  }
  expect(mailsTo("undone@x.example")).toHaveLength(1);
  t.clock.advance(minute);
  await t.drainOutbox({ retries: true });
  expect(mailsTo("undone@x.example")).toHaveLength(2);
});

test("a mail that was taken while the database was away is noted in the end, and isn't sent again", async () => {
  const { id } = await invite(t, lodos, "noted@x.example");
  let failures = 0;
  const tenant: typeof t.db.tenant = (organizationId, work, options) => {
    if (mailsTo("noted@x.example").length === 0 || failures === 2)
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
  expect(mailsTo("noted@x.example")).toHaveLength(1);
});
