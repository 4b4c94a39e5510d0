/** Searches of the Authorization API, on both engines. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let viewer: TestUser;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  viewer = await t.user(acme, { roles: ["viewer"] });
  await t.user(acme, { roles: ["viewer"] });
  await t.user(acme, { roles: ["campaign-approver", "viewer"] });
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
});
afterAll(() => t.close());

async function post(path: string, payload: object) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await t.app.inject({ method: "POST", url: `/access/v1/${path}`, headers, payload });
  return { status: response.statusCode, body: response.json() };
}

const user = ({ userId }: TestUser) => ({ type: "user", id: userId });
const view = { name: "campaigns:view" };
const approve = { name: "campaigns:approve" };
const here = () => ({ type: "organization", id: acme.organizationId });
const getDecision = async (evaluation: object) => (await post("evaluation", evaluation)).body.decision;

test("searches find subjects page by page, actions and resources", async () => {
  const search = { subject: { type: "user" }, action: view, resource: here() };
  const all: string[] = [];
  for (let token = ""; ; ) {
    const { body } = await post("search/subject", { ...search, page: { token, limit: 2 } });
    all.push(...body.results.map(({ id }: { id: string }) => id));
    expect(body.results.length).toBe(body.page.count);
    token = body.page.next_token;
    if (token === "") break;
  }
  const { rows } = await holders();
  expect(all).toEqual(rows);
  const actions = await post("search/action", { subject: user(viewer), resource: here() });
  const names = actions.body.results.map(({ name }: { name: string }) => name);
  expect(names).toContain("campaigns:view");
  expect(names).not.toContain("campaigns:approve");
  for (const name of names)
    expect(await getDecision({ subject: user(viewer), action: { name }, resource: here() })).toBe(true);
  const where = { subject: user(viewer), action: view, resource: { type: "organization" } };
  expect((await post("search/resource", where)).body.results).toEqual([here()]);
  for (const [path, evaluation] of [
    ["search/subject", { ...search, subject: { type: "robot" } }],
    ["search/subject", { ...search, action: { name: "no:such" } }],
    ["search/action", { subject: { type: "user", id: "x" }, resource: here() }],
    ["search/resource", { ...where, resource: { type: "business-unit" } }],
    ["search/resource", { ...where, action: approve }],
  ] as const)
    expect((await post(path, evaluation)).body).toEqual({
      results: [],
      page: { next_token: "", count: 0 },
    });
  expect(Object.keys((await post("search/subject", search)).body)).toEqual(["page", "results"]);

  async function holders() {
    const rows = await t.sql(
      `SELECT DISTINCT u.user_id FROM users u JOIN user_roles g USING (organization_id, user_id)
       LEFT JOIN role_permissions p USING (organization_id, role_id) JOIN roles r USING (organization_id, role_id)
       WHERE u.organization_id = $1 AND u.status = 'active' AND (g.expires_at IS NULL OR g.expires_at > $2)
         AND (r.is_owner OR p.permission LIKE 'campaigns:%') ORDER BY 1`,
      [acme.organizationId, t.clock.now()],
    );
    return { rows: rows.map((row) => row["user_id"]) };
  }
});

test("a page token is valid only for its own search and page size", async () => {
  const search = { subject: { type: "user" }, action: view, resource: here() };
  const getPage = async (page: object, change: object = {}) =>
    post("search/subject", { ...search, ...change, page });
  const first = await getPage({ limit: 1 });
  const token = first.body.page.next_token;
  const second = await getPage({ token });
  expect(second.body.results).toHaveLength(1);
  expect(second.body.results).not.toEqual(first.body.results);
  expect((await getPage({ token, limit: 1 })).body).toEqual(second.body);
  const { results } = (await getPage({ limit: 1_000_000 })).body;
  expect(results.slice(0, 2)).toEqual([...first.body.results, ...second.body.results]);
  const none = (await getPage({ limit: 0 })).body;
  expect(none).toMatchObject({ results: [], page: { count: 0, next_token: "" } });
  const forged = (change: object) =>
    Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(token, "base64url").toString()), ...change }),
    ).toString("base64url");
  for (const response of [
    await getPage({ token, limit: 2 }),
    await getPage({ token }, { action: { name: "segments:view" } }),
    await getPage({ token }, { subject: { type: "users" } }),
    await getPage({ token: "x" }),
    await getPage({ token: forged({ limit: -5 }) }),
    await getPage({ token: forged({ limit: 0 }) }),
    await getPage({ token: forged({ limit: 10_000 }) }),
    await getPage({ token: forged({ id: "x" }) }),
    await getPage({ limit: -1 }),
    await getPage({ limit: 1.5 }),
    await getPage({ limit: "1" }),
  ])
    expect(response).toMatchObject({ status: 400, body: { code: "access/malformed" } });
});
