import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import type { AccessSnapshot, UserDetails } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { type EventStreamClient, openEventStream } from "../../../test/event-stream-client.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let lodos: TestOrganization;
let url: string;

beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  url = `${await t.app.listen({ host: "127.0.0.1", port: 0 })}/api/v1/organizations/${lodos.organizationId}/changes?beat=200`;
});
afterAll(() => t.close());

async function withStream(run: (stream: EventStreamClient) => Promise<void>): Promise<void> {
  const { key } = await t.apiKey(lodos);
  const stream = await openEventStream(url, { authorization: `Bearer ${key}` });
  try {
    await stream.waitUntil(() => stream.events.some(({ name }) => name === "current"));
    await run(stream);
  } finally {
    stream.close();
  }
}

/** The data of the events of a name. */
const readData = (stream: EventStreamClient, name: string): readonly unknown[] =>
  stream.events.filter((event) => event.name === name).map(({ data }) => data);

test("users have their external id, in the snapshot and after a change", async () => {
  const user = await t.user(lodos, { roles: ["viewer"] });
  await t.sql("UPDATE users SET external_id = 'crm-1' WHERE user_id = $1", [user.userId]);
  await withStream(async (stream) => {
    const [page] = readData(stream, "snapshot") as readonly AccessSnapshot[];
    const position = page?.userIds.match(/.{36}/g)?.indexOf(user.userId);
    expect(page?.externalIds).toEqual({ [String(position)]: "crm-1" });

    await t
      .as(lodos.owner)
      .patch(
        `/organizations/${lodos.organizationId}/users/${user.userId}`,
        { externalId: "crm-2" },
        { "if-match": '"1"' },
      );

    await stream.waitUntil(() => stream.text().includes("crm-2"));
    expect(readData(stream, "users").at(-1)).toMatchObject({
      users: [{ id: user.userId, externalId: "crm-2" }],
    });
  });
});

test("a replica that was loaded from a snapshot explains the same as the server", async () => {
  const soon = new Date(t.clock.now().getTime() + 3_600_000);
  const [both, timed, none, suspended] = await t.users(lodos, [
    { roles: ["viewer", "app-admin"] },
    { roles: ["viewer"], rolesUntil: soon },
    { roles: [] },
    { roles: ["viewer"], status: "suspended" },
  ]);
  const people = [both, timed, none, suspended, lodos.owner].flatMap((one) => one ?? []);
  const here = `/organizations/${lodos.organizationId}`;
  // Another actor grants one more role.
  const read = await t.as(lodos.owner).get(`${here}/users/${both?.userId}`);
  const roleIds = [lodos.roles.viewer, lodos.roles["app-admin"], lodos.roles["campaign-approver"]];
  const edited = await t
    .as(lodos.owner)
    .patch(`${here}/users/${both?.userId}`, { roleIds }, { "if-match": String(read.headers.etag) });
  expect(edited.statusCode, edited.body).toBe(200);
  const { key: apiKey } = await t.apiKey(lodos);
  const gatehouse = createGatehouse({ url: new URL(url).origin, apiKey, permissions: exampleCatalogue });
  onTestFinished(gatehouse.close);
  await gatehouse.ready();
  for (const { userId } of people) {
    const { roles, status } = (await t.as(lodos.owner).get(`${here}/users/${userId}`)).json<UserDetails>();
    const granted = roles.map(({ id, grantedBy, grantedAt, expiresAt }) => ({
      roleId: id,
      grantedBy,
      grantedAt,
      expiresAt: expiresAt ?? null,
    }));
    const explained = gatehouse.explain(userId, "campaigns:view").because;
    const found = explained.map(({ roleId, grantedBy, grantedAt, expiresAt }) => ({
      roleId,
      grantedBy,
      grantedAt: grantedAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
    }));
    // A role that gives the permission by several others is named several times.
    const byRole = (grants: typeof granted) => new Map(grants.map((grant) => [grant.roleId, grant]));
    expect(byRole(found)).toEqual(byRole(status === "active" ? granted : []));
  }
});

test("says whose sessions may have ended: by signing out, by a manager, by a new password, by the settings", async () => {
  const [first, second] = await t.users(lodos, [{ roles: ["viewer"] }, { roles: ["viewer"] }]);
  if (first === undefined || second === undefined) throw new Error("No users.");
  await withStream(async (stream) => {
    const ended = () => readData(stream, "sessions").map((data) => (data as { userIds: unknown }).userIds);
    await t.as(first).delete("/sessions/current");
    await stream.waitUntil(() => ended().length === 1);
    await t.as(second).get(`/organizations/${lodos.organizationId}/users`);
    await t.as(lodos.owner).delete(`/organizations/${lodos.organizationId}/users/${second.userId}/sessions`);
    await stream.waitUntil(() => ended().length === 2);
    const owner = t.as(lodos.owner);
    const { headers } = await owner.get(`/organizations/${lodos.organizationId}`);
    await owner.patch(
      `/organizations/${lodos.organizationId}`,
      { name: "Lodos" },
      { "if-match": String(headers["etag"]) },
    );
    await stream.waitUntil(() => ended().length === 3);

    expect(ended()).toEqual([[first.userId], [second.userId], null]);
  });
});
