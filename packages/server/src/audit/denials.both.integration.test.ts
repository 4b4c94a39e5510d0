/** Failed sign-ins and refused changes are in the log, and nobody can fill it with them. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
});
afterAll(() => t.close());

async function events(action: string, organization = acme) {
  return t.sql(
    `SELECT actor_type, actor_id, actor_name, target_type, target_id, changes, ip FROM audit_events
     WHERE organization_id = $1 AND action = $2 ORDER BY sequence`,
    [organization.organizationId, action],
  );
}

test("a denied change is recorded once a minute per actor and error code", async () => {
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const other = await t.user(acme, { roles: ["viewer"] });
  const roles = `/organizations/${acme.organizationId}/roles`;
  const [asViewer, asOther] = [t.as(viewer), t.as(other)];
  const make = (as = asViewer) => as.post(roles, { name: "R", permissions: [] });
  for (let tries = 0; tries < 5; tries++) expect((await make()).statusCode).toBe(403);
  expect(await events("access.refused")).toEqual([
    {
      actor_type: "user",
      actor_id: viewer.userId,
      actor_name: viewer.name,
      target_type: "user",
      target_id: viewer.userId,
      changes: [
        { field: "action", before: null, after: "createRole" },
        { field: "result", before: null, after: "forbidden/permission" },
      ],
      ip: "127.0.0.1",
    },
  ]);
  await make(asOther);
  expect(await events("access.refused")).toHaveLength(2);
  t.clock.advance(61_000);
  await Promise.all([make(), make(), make()]);
  expect(await events("access.refused")).toHaveLength(3);
  expect((await asViewer.get(`/organizations/${acme.organizationId}/audit-events`)).statusCode).toBe(403);
  expect(await events("access.refused")).toHaveLength(3); // reads aren't recorded
});

test("a failed sign-in is recorded once a minute in each organization of the account", async () => {
  const elsewhere = await t.organization();
  const person = await t.user(acme, {});
  await t.user(elsewhere, { sameAccountAs: person });
  const attempt = () =>
    t.anonymous.post("/sessions", { email: person.email, password: "wrong horse battery staple" });
  const [throttles] = await t.sql("SELECT count(*)::integer AS n FROM throttles");
  expect((await attempt()).statusCode).toBe(401);
  for (const organization of [acme, elsewhere])
    await vi.waitFor(
      async () =>
        expect(await events("sessions.sign-in-failed", organization)).toMatchObject([
          { actor_type: "system", target_type: "user", ip: "127.0.0.1" },
        ]),
      { timeout: 9_000 },
    );
  await attempt();
  await attempt();
  const [after] = await t.sql("SELECT count(*)::integer AS n FROM throttles");
  expect(Number(after?.["n"]) - Number(throttles?.["n"])).toBeLessThanOrEqual(5); // account, network, password and the minute of the event
  expect(await events("sessions.sign-in-failed")).toHaveLength(1);
});
