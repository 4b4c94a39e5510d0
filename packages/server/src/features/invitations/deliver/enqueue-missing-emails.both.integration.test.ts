import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import { inviteAll } from "../../../../test/invitations.ts";
import { enqueueMissingEmails } from "./enqueue-missing-emails.ts";

let t: TestApp;
let lodos: TestOrganization;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization();
});
afterEach(async () => {
  await t.drainOutbox();
  t.mailbox.messages.length = 0;
});
afterAll(() => t.close());

/** Deletes the jobs of invitations to these addresses. */
async function loseJobs(...emails: readonly string[]): Promise<void> {
  const lost = await t.sql(
    `DELETE FROM pgboss.job WHERE data->>'invitationId' IN
       (SELECT invitation_id::text FROM invitations WHERE email = ANY($1)) RETURNING id`,
    [`{${emails.join(",")}}`],
  );
  expect(lost).toHaveLength(emails.length);
}

async function readDeliveries(): Promise<Readonly<Record<string, unknown>>> {
  const rows = await t.sql("SELECT email, delivery FROM invitations");
  return Object.fromEntries(rows.map(({ email, delivery }) => [String(email), delivery]));
}

const recipients = (): readonly string[] => t.mailbox.messages.map(({ to }) => to).sort();

test("sends the emails of invitations whose jobs were deleted, and each once", async () => {
  await inviteAll(t, lodos, { emails: ["a@x.example", "b@x.example", "c@x.example"] });
  await loseJobs("a@x.example", "c@x.example");

  expect(await enqueueMissingEmails(t.deps, 2)).toBe(2);
  expect(await enqueueMissingEmails(t.deps, 2)).toBe(0);

  await t.drainOutbox();
  expect(recipients()).toEqual(["a@x.example", "b@x.example", "c@x.example"]);
  expect(await readDeliveries()).toMatchObject({
    "a@x.example": "sent",
    "b@x.example": "sent",
    "c@x.example": "sent",
  });
  expect(await enqueueMissingEmails(t.deps)).toBe(0);
});

test("enqueues the current link when only the job of an earlier one is left", async () => {
  await inviteAll(t, lodos, { emails: ["again@x.example"] });
  await t.sql("UPDATE invitations SET generation = generation + 1 WHERE email = 'again@x.example'");

  expect(await enqueueMissingEmails(t.deps)).toBe(1);

  await t.drainOutbox();
  expect(recipients()).toEqual(["again@x.example"]);
});

test("leaves a dead-lettered email to the queue that records its failure", async () => {
  await inviteAll(t, lodos, { emails: ["dead@x.example"] });
  await t.sql(
    `UPDATE pgboss.job SET name = 'given-up' WHERE data->>'invitationId' =
       (SELECT invitation_id::text FROM invitations WHERE email = 'dead@x.example')`,
  );

  expect(await enqueueMissingEmails(t.deps)).toBe(0);

  await t.drainOutbox();
  expect(await readDeliveries()).toMatchObject({ "dead@x.example": "failed" });
});

test("enqueues nothing for revoked and expired invitations and closed organizations", async () => {
  const emails = ["revoked@x.example", "expired@x.example"];
  const closed = await t.organization();
  await inviteAll(t, lodos, { emails });
  await inviteAll(t, closed, { emails: ["closed@x.example"] });
  await loseJobs(...emails, "closed@x.example");
  await t.sql(
    "UPDATE invitations SET status = 'revoked', revoked_at = created_at WHERE email = 'revoked@x.example'",
  );
  await t.sql("UPDATE invitations SET expires_at = created_at WHERE email = 'expired@x.example'");
  await t.sql(
    `UPDATE organizations SET status = 'suspended' WHERE organization_id = '${closed.organizationId}'`,
  );

  expect(await enqueueMissingEmails(t.deps)).toBe(0);

  const jobs = "SELECT count(*)::int AS n FROM pgboss.job WHERE state = 'created'";
  expect(await t.sql(jobs)).toEqual([{ n: 0 }]);
  await t.sql(
    `UPDATE organizations SET status = 'active' WHERE organization_id = '${closed.organizationId}'`,
  );
  expect(await enqueueMissingEmails(t.deps)).toBe(1);
});
