/** The operator creates, limits, suspends, deletes and restores organizations. */
import type { OperatedOrganization } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import { validPassword } from "../../../test/invitations.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";

let t: TestApp;
let steps: ReturnType<typeof createOperatorSteps>;
beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  steps = createOperatorSteps(t);
});
afterAll(() => t.close());

const owner = (name: string) => ({ email: `${name.toLowerCase()}@example.test`, name });
const organizations = "/operator/organizations";

test("creates an organization whose invited owner joins, and whose API key may do everything", async () => {
  const body = { name: "Lodos Retail", language: "tr", catalogue: "example", owner: owner("Olive") };
  const response = await steps.operator.post(organizations, body);
  expect([response.statusCode, response.json()]).toEqual([
    201,
    {
      id: expect.any(String),
      apiKey: expect.stringMatching(/^ghk_[0-9a-f]{32}_[\w-]{43}$/),
      invitation: expect.objectContaining({
        email: "olive@example.test",
        status: "pending",
        delivery: "queued",
      }),
    },
  ]);
  const { id, apiKey, invitation } = response.json();
  expect(invitation.roles.map(({ name }: { name: string }) => name)).toEqual(["Owner"]);
  const key = t.withKey(apiKey);
  const here = `/organizations/${id}`;
  const found = await steps.get(id);
  expect(found.organization).toEqual({
    ...{ id, name: "Lodos Retail", language: "tr", status: "active" },
    ...{ userCount: 0, ownerCount: 0, invitationCount: 1, limits: { users: null } },
    ...{ createdAt: t.clock.now().toISOString(), restorableUntil: null },
  });
  await t.drainOutbox();
  expect(t.mailbox.messages.map(({ to }) => to)).toContain("olive@example.test");

  const { url } = (await key.post(`${here}/invitations/${invitation.id}/link`)).json();
  const token = url.slice(url.indexOf("#") + 1);
  const accepted = await t.anonymous.post("/invitations/accept", {
    token,
    name: "Olive",
    password: validPassword,
  });
  expect(accepted.statusCode).toBe(201);
  expect((await steps.get(id)).organization).toMatchObject({
    userCount: 1,
    ownerCount: 1,
    invitationCount: 0,
  });

  const role = await key.post(`${here}/roles`, { name: "Readers", permissions: ["campaigns:view"] });
  expect(role.statusCode).toBe(201);
  const { results } = (
    await key.post(`${here}/invitations`, {
      invitations: [{ email: "ege@example.test", roleIds: [invitation.roles[0].id] }],
    })
  ).json();
  expect(results).toMatchObject([{ status: "created" }]);
  const settings = await key.get(here);
  const edited = await key.patch(
    here,
    { panelOrigins: ["https://panel.example.com"] },
    steps.ifMatch(settings),
  );
  expect(edited.statusCode).toBe(200);
  const keys = (await key.get(`${here}/api-keys`)).json().items;
  expect(keys).toMatchObject([
    { name: "Operator", status: "active", createdBy: { name: "Operator", status: "active" } },
  ]);
  const actions = (await key.get(`${here}/audit-events`))
    .json()
    .items.map(({ action, actor }: never) => [action, actor]);
  expect(actions).toContainEqual(["organizations.created", { type: "system", id: null, name: "Operator" }]);
});

test("the owner that it invites is the last owner until there is another one", async () => {
  const { id, apiKey, invitation } = await steps.create("Poyraz");
  const key = t.withKey(apiKey);
  const { url } = (await key.post(`/organizations/${id}/invitations/${invitation.id}/link`)).json();
  const token = url.slice(url.indexOf("#") + 1);
  const { userId } = (
    await t.anonymous.post("/invitations/accept", { token, name: "Ada", password: validPassword })
  ).json();
  const path = `/organizations/${id}/users/${userId}`;
  const removed = await key.delete(path, steps.ifMatch(await key.get(path)));
  expect(removed.json()).toMatchObject({ status: 409, code: "users/last-owner" });
});

test("accepts a panel's own catalogue, and creates nothing from an invalid request", async () => {
  const groups = { orders: { label: "Orders", actions: { view: {}, refund: { sensitive: true } } } };
  const { id, apiKey } = await steps.create("Karayel", { catalogue: { groups } });
  const found = (await t.withKey(apiKey).get(`/organizations/${id}/permissions`)).json();
  expect(found.groups[0]).toMatchObject({ key: "orders" });
  const before = await readDatabaseState(t);
  const valid = { name: "Meltem", owner: owner("Meltem") };
  const invalid: readonly [body: object, path: string][] = [
    [{ ...valid, name: "" }, "name"],
    [{ ...valid, name: "A\nB" }, "name"],
    [{ ...valid, language: "de" }, "language"],
    [{ ...valid, catalogue: "demo" }, "catalogue"],
    [{ ...valid, catalogue: { groups: { "Not a key": {} } } }, "catalogue.groups"],
    [{ name: "Meltem" }, "owner"],
    [{ ...valid, owner: { email: "nobody" } }, "owner.email"],
    [{ ...valid, owner: { email: "a@b.example, c@d.example" } }, "owner.email"],
    [{ ...valid, owner: { ...valid.owner, roleIds: [] } }, "owner"],
    [{ ...valid, id: "x" }, ""],
  ];
  for (const [body, path] of invalid) {
    const response = await steps.operator.post(organizations, body);
    expect([response.statusCode, response.json().errors?.[0].path ?? ""]).toEqual([
      422,
      expect.stringContaining(path),
    ]);
  }
  expect(await readDatabaseState(t)).toEqual(before);
});

test("answers a repeated request in the same way, and creates one organization", async () => {
  const body = { name: "Imbat", owner: owner("Imbat") };
  const headers = { "idempotency-key": "imbat-1" };
  const answers = await Promise.all([1, 2, 3].map(() => steps.operator.post(organizations, body, headers)));
  const [first] = answers;
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201]);
  for (const answer of answers) expect(answer.json()).toEqual(first?.json());
  const { id, apiKey } = first?.json() ?? {};
  expect((await t.withKey(apiKey).get(`/organizations/${id}/users`)).statusCode).toBe(200);
  const other = await steps.operator.post(organizations, { ...body, name: "Other" }, headers);
  expect(other.json()).toMatchObject({ status: 422, code: "idempotency/reused" });
  const listed = (await steps.operator.get(`${organizations}?query=imbat`)).json();
  expect(listed).toMatchObject({ items: [{ id }], total: { count: 1, exact: true } });
  const stored = await t.sql("SELECT r::text AS row FROM operator_requests r");
  expect(JSON.stringify(stored)).not.toContain("imbat-1");
  expect(JSON.stringify(stored)).not.toContain(apiKey.slice(-43));
});

test("lists organizations by pages, by name and by status", async () => {
  const names = ["Çınar Yapı", "ÇINAR Gıda", "Işık 100%", "Isik_2"];
  const created = [];
  for (const name of names) created.push(await steps.create(name));
  const list = async (query: string) =>
    (await steps.operator.get(`${organizations}${query}`)).json<{ items: OperatedOrganization[] }>();
  const namesOf = async (query: string) => (await list(query)).items.map(({ name }) => name);
  expect(await namesOf("?query=cinar")).toEqual(["ÇINAR Gıda", "Çınar Yapı"]);
  expect(await namesOf(`?query=${encodeURIComponent("yapi çınar")}`)).toEqual(["Çınar Yapı"]);
  expect(await namesOf(`?query=${encodeURIComponent("0%")}`)).toEqual(["Işık 100%"]);
  expect(await namesOf("?query=k_2")).toEqual(["Isik_2"]);
  const pages: string[] = [];
  let cursor = "";
  do {
    const page = (await steps.operator.get(`${organizations}?limit=2${cursor}`)).json();
    pages.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
  } while (cursor !== "");
  const all = await t.sql("SELECT organization_id AS id FROM organizations ORDER BY 1 DESC");
  expect(pages).toEqual(all.map(({ id }) => id));
  const id = created[0]?.id ?? "";
  await steps.edit(id, { status: "suspended" });
  expect(await namesOf("?status=suspended")).toEqual(["Çınar Yapı"]);
  expect((await list("?query=cinar&status=active")).items).toHaveLength(1);
});

test("changes status and limits once for each version", async () => {
  const { id } = await steps.create("Rüzgar");
  const before = await steps.get(id);
  const edit = (body: object, headers = {}) => steps.operator.patch(`${organizations}/${id}`, body, headers);
  expect((await edit({ status: "suspended" })).json()).toMatchObject({ code: "precondition/required" });
  const first = await edit({ limits: { users: 5 } }, { "if-match": before.etag });
  expect([first.statusCode, first.json().limits]).toEqual([200, { users: 5 }]);
  expect((await edit({ limits: { users: 6 } }, { "if-match": before.etag })).json()).toMatchObject({
    code: "precondition/failed",
  });
  const etag = String(first.headers.etag);
  const same = await edit({ limits: { users: 5 }, status: "active" }, { "if-match": etag });
  expect([same.statusCode, same.headers.etag]).toEqual([200, etag]);
  for (const body of [
    { status: "deleted" },
    { limits: { users: 0 } },
    { limits: { seats: 1 } },
    { name: "X" },
  ])
    expect((await edit(body, { "if-match": etag })).statusCode).toBe(422);
  const events = await t.sql(
    `SELECT action, changes FROM unsealed_audit_events WHERE organization_id = $1 AND action = 'organizations.limits-changed'
     UNION ALL SELECT action, changes FROM audit_events WHERE organization_id = $1 AND action = 'organizations.limits-changed'`,
    [id],
  );
  expect(events).toEqual([
    { action: "organizations.limits-changed", changes: [{ field: "userLimit", before: null, after: 5 }] },
  ]);
});

test("unknown organizations are not found", async () => {
  const id = "01912345-6789-7abc-8def-0123456789ab";
  const path = `${organizations}/${id}`;
  const headers = { "if-match": '"1"' };
  const responses = [
    await steps.operator.get(path),
    await steps.operator.patch(path, { status: "suspended" }, headers),
    await steps.remove(id, { name: "X" }, headers),
    await steps.operator.post(`${path}/restore`),
  ];
  for (const response of responses) expect(response.json()).toMatchObject({ status: 404, code: "not-found" });
});
