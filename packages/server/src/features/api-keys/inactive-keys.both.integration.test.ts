/** Keys whose creator was removed or suspended. */
import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

/** A key for each state of its creator, by name. */
async function createKeys(): Promise<
  ReadonlyMap<string, { readonly key: string; readonly apiKeyId: string }>
> {
  acme = await t.organization();
  path = `/organizations/${acme.organizationId}`;
  const keys = new Map<string, { readonly key: string; readonly apiKeyId: string }>();
  for (const name of ["active", "suspended", "removed"]) {
    const creator = await t.user(acme, { roles: ["owner"] });
    keys.set(name, await t.apiKey(acme, { createdBy: creator, permissions: ["users:view"] }));
    if (name === "suspended")
      await t.sql("UPDATE users SET status = 'suspended' WHERE user_id = $1", [creator.userId]);
    if (name === "removed") {
      const user = `${path}/users/${creator.userId}`;
      const { headers } = await t.as(acme.owner).get(user);
      const response = await t.as(acme.owner).delete(user, { "if-match": String(headers.etag) });
      expect(response.statusCode).toBe(204);
    }
  }
  return keys;
}

test("lists them as inactive with the reason, and finds them by their status", async () => {
  const keys = await createKeys();
  const list = async (query = "") =>
    (await t.as(acme.owner).get(`${path}/api-keys${query}`)).json<{ items: ApiKeyView[]; total: unknown }>();
  const { items } = await list();
  const states = new Map(items.map(({ id, status, inactiveReason }) => [id, [status, inactiveReason]]));
  expect([...keys].map(([name, { apiKeyId }]) => [name, ...(states.get(apiKeyId) ?? [])])).toEqual([
    ["active", "active", null],
    ["suspended", "inactive", "creator-suspended"],
    ["removed", "inactive", "creator-removed"],
  ]);
  const ids = ({ items: found }: { items: ApiKeyView[] }) => found.map(({ id }) => id).sort();
  const getKeyId = (name: string) => keys.get(name)?.apiKeyId;
  const inactive = await list("?status=inactive");
  expect(ids(inactive)).toEqual([getKeyId("suspended"), getKeyId("removed")].sort());
  expect(inactive.total).toEqual({ count: 2, exact: true });
  const active = await list("?status=active");
  expect(ids(active)).toEqual([getKeyId("active")]);
  expect(active.total).toEqual({ count: 1, exact: true });
});

test("an ended key is expired or revoked, whatever its creator's state", async () => {
  const keys = await createKeys();
  await t.sql("UPDATE api_keys SET revoked_at = $2 WHERE api_key_id = $1", [
    keys.get("removed")?.apiKeyId,
    t.clock.now(),
  ]);
  await t.sql("UPDATE api_keys SET expires_at = $2 WHERE api_key_id = $1", [
    keys.get("suspended")?.apiKeyId,
    t.clock.now(),
  ]);
  const { items } = (await t.as(acme.owner).get(`${path}/api-keys`)).json<{ items: ApiKeyView[] }>();
  expect(items.map(({ status, inactiveReason }) => [status, inactiveReason]).sort()).toEqual([
    ["active", null],
    ["expired", null],
    ["revoked", null],
  ]);
});

test.each([
  [
    "removed",
    "creator-removed",
    /^This API key has no permissions any more: .* was removed .*Ask for a new key\.$/,
  ],
  ["suspended", "creator-suspended", /^This API key has no permissions at the moment: .* is suspended\. /],
])("tells a program with the key of a %s user why it may do nothing", async (name, reason, words) => {
  const keys = await createKeys();
  const client = t.withKey(keys.get(name)?.key ?? "");
  const subject = { type: "user", id: acme.owner.userId };
  const responses = [
    await client.get(`${path}/users`),
    await client.post(`${path}/roles`, { name: "New", permissions: [] }),
    await t.app.inject({
      method: "POST",
      url: "/access/v1/evaluation",
      headers: { authorization: `Bearer ${keys.get(name)?.key}` },
      payload: {
        subject,
        action: { name: "users:view" },
        resource: { type: "organization", id: acme.organizationId },
      },
    }),
  ];
  for (const response of responses)
    expect(response.json()).toMatchObject({
      status: 403,
      code: "forbidden/permission",
      detail: expect.stringMatching(words),
      params: { inactiveReason: reason },
    });
});
