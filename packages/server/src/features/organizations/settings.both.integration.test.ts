import type { AuditEvent, OrganizationView } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type ApiClient, type ApiResponse, getIfMatch, matchEtag } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptWithNewAccount, invite, inviteAll, inviteAndGetToken } from "../../../test/invitations.ts";

let t: TestApp;
let lodos: TestOrganization;
let asOwner: ApiClient;
let path: string;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  lodos = await t.organization();
  asOwner = t.as(lodos.owner);
  path = `/organizations/${lodos.organizationId}`;
});

async function edit(body: object, etag = '"1"'): Promise<ApiResponse> {
  return asOwner.patch(path, body, { "if-match": etag });
}

test("returns the settings with a version, changes them, and records each changed field", async () => {
  const before = await asOwner.get(path);
  expect(before.headers.etag).toBe('"1"');
  const response = await edit({
    name: "Lodos Group",
    language: "tr",
    invitationExpiresInDays: 3,
    allowedEmailDomains: ["@Lodos.example", "bücher.example", "lodos.example"],
    panelOrigins: [
      "https://Panel.Lodos.example/",
      "http://localhost:4000",
      "https://panel.lodos.example:443",
    ],
  });
  expect(response.statusCode, response.body).toBe(200);
  expect(response.headers.etag).toEqual(matchEtag(2));
  expect(response.json<OrganizationView>()).toEqual({
    ...before.json<OrganizationView>(),
    name: "Lodos Group",
    language: "tr",
    invitationExpiresInDays: 3,
    allowedEmailDomains: ["lodos.example", "xn--bcher-kva.example"],
    panelOrigins: ["http://localhost:4000", "https://panel.lodos.example"],
    defaultPanelOrigin: "http://localhost:4000",
  });
  expect((await asOwner.get(path)).json()).toEqual(response.json());
  const [event] = (await asOwner.get(`${path}/audit-events`)).json<{ items: AuditEvent[] }>().items;
  expect(event).toMatchObject({
    action: "organizations.edited",
    target: { type: "organization", id: lodos.organizationId },
    changes: [
      { field: "name", after: "Lodos Group" },
      { field: "language", before: "en", after: "tr" },
      { field: "invitationExpiresInDays", before: 7, after: 3 },
      { field: "allowedEmailDomains", before: [], after: ["lodos.example", "xn--bcher-kva.example"] },
      { field: "panelOrigins", before: [], after: ["http://localhost:4000", "https://panel.lodos.example"] },
    ],
  });
});

test("rejects an old version, and records nothing if an edit changes nothing", async () => {
  await edit({ language: "tr" });
  const before = await readDatabaseState(t);
  expect((await edit({ language: "en" })).json()).toMatchObject({ code: "precondition/failed" });
  const { "if-match": now } = await getIfMatch(asOwner, path);
  expect((await edit({ language: "tr" }, now)).headers.etag).toBe(now);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects panel origins with http, a path, a name, a wildcard or a password, and more than fifty", async () => {
  await asOwner.get(path);
  const before = await readDatabaseState(t);
  for (const wrong of [
    "http://panel.lodos.example",
    "https://panel.lodos.example/x",
    "https://panel.lodos.example?x",
    "panel.lodos.example",
    "https://*.lodos.example",
    "https://a:b@panel.lodos.example",
    "https://panel.lodos.example https://evil.example",
    "javascript:alert(1)",
    `https://${"a".repeat(300)}.example`,
  ]) {
    const response = await edit({ panelOrigins: [wrong] });
    expect([response.statusCode, response.json<{ code: string }>().code], wrong).toEqual([
      422,
      "request/invalid",
    ]);
  }
  const many = Array.from({ length: 51 }, (_, n) => `https://p${n}.lodos.example`);
  expect((await edit({ panelOrigins: many })).statusCode).toBe(422);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("has the first panel as default until another one is chosen, and again when that is removed", async () => {
  const [first, second] = ["https://a.lodos.example", "https://b.lodos.example"];
  const save = async (body: object) =>
    (await asOwner.patch(path, body, await getIfMatch(asOwner, path))).json<OrganizationView>();
  expect(await save({})).toMatchObject({ defaultPanelOrigin: null });
  expect(await save({ panelOrigins: [first, second] })).toMatchObject({ defaultPanelOrigin: first });
  expect(await save({ defaultPanelOrigin: `${second}/` })).toMatchObject({ defaultPanelOrigin: second });
  const me = async () => (await asOwner.get("/me")).json<{ organizations: { panels: string[] }[] }>();
  expect((await me()).organizations).toMatchObject([{ panels: [second, first] }]);
  const before = await readDatabaseState(t);
  expect(await save({ defaultPanelOrigin: "https://c.lodos.example" })).toMatchObject({
    status: 422,
    errors: [{ path: "defaultPanelOrigin" }],
  });
  expect(await readDatabaseState(t)).toEqual(before);
  expect(await save({ panelOrigins: [first] })).toMatchObject({ defaultPanelOrigin: first });
  const [event] = (await asOwner.get(`${path}/audit-events`)).json<{ items: AuditEvent[] }>().items;
  expect(event).toMatchObject({
    changes: [{ field: "panelOrigins" }, { field: "defaultPanelOrigin", before: second, after: null }],
  });
});

test("allows only owners to add a panel origin, and every editor of the settings to remove one", async () => {
  const [kept, extra, wanted] = [
    "https://a.lodos.example",
    "https://b.lodos.example",
    "https://c.lodos.example",
  ];
  await edit({ panelOrigins: [kept, extra] });
  const roleId = await t.role(lodos, {
    name: "Settings",
    permissions: ["organization:view", "organization:edit"],
  });
  const asEditor = t.as(await t.user(lodos, { roles: [roleId] }));
  const editorsKey = await t.apiKey(lodos, { permissions: ["organization:view", "organization:edit"] });
  const demoted = await t.user(lodos, { roles: ["owner"] });
  const demotedKey = await t.apiKey(lodos, { createdBy: demoted });
  await t.sql("DELETE FROM user_roles WHERE user_id = $1", [demoted.userId]);
  await t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at)
     VALUES ($1, $2, $3, 'system', 'Test', now())`,
    [lodos.organizationId, demoted.userId, roleId],
  );
  await asEditor.get(path);
  const before = await readDatabaseState(t);
  for (const client of [asEditor, t.withKey(editorsKey.key), t.withKey(demotedKey.key)])
    for (const panelOrigins of [[kept, extra, wanted], [wanted]]) {
      const response = await client.patch(
        path,
        { name: "New", panelOrigins },
        await getIfMatch(client, path),
      );
      expect(response.json()).toMatchObject({
        status: 403,
        code: "forbidden/owner-only",
        detail: expect.stringContaining(wanted),
        params: { origins: [wanted] },
      });
    }
  expect(await readDatabaseState(t)).toEqual(before);
  const removed = await asEditor.patch(
    path,
    { panelOrigins: [kept], name: "New" },
    await getIfMatch(asEditor, path),
  );
  expect(removed.json()).toMatchObject({ name: "New", panelOrigins: [kept] });
  const ownersKey = await t.apiKey(lodos);
  const byOwnersKey = t.withKey(ownersKey.key);
  const added = await byOwnersKey.patch(
    path,
    { panelOrigins: [kept, wanted] },
    await getIfMatch(byOwnersKey, path),
  );
  expect(added.json()).toMatchObject({ panelOrigins: [kept, wanted] });
});

test("rejects only invited addresses of other domains, with the reason", async () => {
  await edit({ allowedEmailDomains: ["lodos.example"] });
  const results = await inviteAll(t, lodos, { emails: ["ada@lodos.example", "eve@elsewhere.example"] });
  expect(results).toMatchObject([
    { status: "created" },
    {
      status: "refused",
      code: "invitations/domain-not-allowed",
      detail: expect.stringContaining("lodos.example"),
    },
  ]);
});

test("disables an existing invitation while its domain is not allowed", async () => {
  const token = await inviteAndGetToken(t, lodos, "eve@elsewhere.example");
  await edit({ allowedEmailDomains: ["lodos.example"] });
  const before = await readDatabaseState(t);
  const lookup = await t.anonymous.post("/invitations/lookup", { token });
  const acceptance = await acceptWithNewAccount(t, token);
  expect(
    [lookup, acceptance].map((response) => [response.statusCode, response.json<{ code: string }>().code]),
  ).toEqual([
    [409, "invitations/domain-not-allowed"],
    [409, "invitations/domain-not-allowed"],
  ]);
  expect(await readDatabaseState(t)).toEqual(before);
  await asOwner.patch(path, { allowedEmailDomains: [] }, await getIfMatch(asOwner, path));
  expect((await acceptWithNewAccount(t, token)).statusCode).toBe(201);
});

test("doesn't resend an invitation to a domain that is no longer allowed", async () => {
  const { id } = await invite(t, lodos, "eve@elsewhere.example");
  await edit({ allowedEmailDomains: ["lodos.example"] });
  const response = await asOwner.post(`${path}/invitations/${id}/resend`);
  expect(response.json()).toMatchObject({ code: "invitations/domain-not-allowed" });
});

test("uses the organization's default expiry of invitations unless the inviter chooses one", async () => {
  await edit({ invitationExpiresInDays: 30 });
  const day = 86_400_000;
  const days = async (more: object) => {
    const email = `ada-${Math.random()}@lodos.example`;
    const [result] = await inviteAll(t, lodos, { emails: [email], more: { ...more } });
    const { createdAt, expiresAt } = result?.invitation ?? { createdAt: "", expiresAt: "" };
    return Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / day);
  };
  expect(await days({})).toBe(30);
  expect(await days({ expiresInDays: 2 })).toBe(2);
});

test("sends invitations in the organization's language and uses it for new accounts", async () => {
  await edit({ language: "tr" });
  const token = await inviteAndGetToken(t, lodos, "ada@lodos.example");
  const entered = await acceptWithNewAccount(t, token);
  expect(entered.json()).toMatchObject({ user: { language: "tr" } });
});

test("accepts one of two concurrent edits", async () => {
  const responses = await Promise.all([edit({ name: "One" }), edit({ name: "Two" })]);
  expect(responses.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412]);
});
