/** The Authorization API, on both engines. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let viewer: TestUser;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  viewer = await t.user(acme, { roles: ["viewer"] });
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
});
afterAll(() => t.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await t.app.inject({
    method: "POST",
    url: `/access/v1/${path}`,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

const user = ({ userId }: TestUser) => ({ type: "user", id: userId });
const view = { name: "campaigns:view" };
const approve = { name: "campaigns:approve" };
const here = () => ({ type: "organization", id: acme.organizationId });
const buildEvaluation = (person: TestUser, action: { name: string }) => ({
  subject: user(person),
  action,
  resource: here(),
});
const getDecision = async (evaluation: object) => (await post("evaluation", evaluation)).body.decision;

test("returns the role of a permit and the reason of a denial, both with 200", async () => {
  expect(await post("evaluation", buildEvaluation(viewer, view))).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: { decision: true, context: { because: [{ roleId: acme.roles.viewer, roleName: "Viewer" }] } },
  });
  expect(await post("evaluation", buildEvaluation(viewer, approve))).toMatchObject({
    status: 200,
    body: { decision: false, context: { reason: { code: "not-held" } } },
  });
});

test("denies unknown, foreign and suspended subjects, and expired grants", async () => {
  const other = await t.organization();
  const suspended = await t.user(acme, { roles: ["owner"], status: "suspended" });
  const over = await t.user(acme, { roles: ["viewer"] });
  await t.sql("UPDATE user_roles SET expires_at = $3 WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    over.userId,
    t.clock.now(),
  ]);
  const good = buildEvaluation(viewer, view);
  expect(await getDecision(good)).toBe(true);
  const bad: Record<string, object> = {
    suspended: buildEvaluation(suspended, view),
    over: buildEvaluation(over, view),
    "another organization's user": buildEvaluation(other.owner, view),
    "another organization": { ...good, resource: { type: "organization", id: other.organizationId } },
    "no id": { ...good, subject: { type: "user", id: "alice" } },
    "another type of subject": { ...good, subject: { type: "group", id: viewer.userId } },
    "another type of resource": { ...good, resource: { type: "campaign", id: acme.organizationId } },
    "unknown permission": buildEvaluation(viewer, { name: "campaigns:aprove" }),
    "a name of every object": buildEvaluation(viewer, { name: "constructor" }),
  };
  for (const [title, evaluation] of Object.entries(bad))
    expect([title, (await post("evaluation", evaluation)).status, await getDecision(evaluation)]).toEqual([
      title,
      200,
      false,
    ]);
});

test("properties of the subject grant nothing, and unknown members are ignored", async () => {
  const properties = { roles: ["owner"], permissions: ["campaigns:approve"], isOwner: true };
  const evaluation = buildEvaluation(viewer, approve);
  const claimed = {
    ...evaluation,
    subject: { ...evaluation.subject, properties, isOwner: true },
    action: { ...approve, properties },
    context: { ...properties, time: 1 },
    somethingElse: [1],
  };
  expect(await getDecision(claimed)).toBe(false);
  expect(await getDecision({ ...claimed, action: { ...view, surprise: 1 } })).toBe(true);
});

test("a removed role counts at the next evaluation", async () => {
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  expect(await getDecision(buildEvaluation(person, approve))).toBe(true);
  await t.sql("DELETE FROM user_roles WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    person.userId,
  ]);
  expect(await getDecision(buildEvaluation(person, approve))).toBe(false);
});

test("a batch applies defaults and stops as its semantic requires", async () => {
  const several = (semantic: string | null, ...actions: { name: string }[]) =>
    post("evaluations", {
      subject: user(viewer),
      resource: here(),
      evaluations: actions.map((action) => ({ action })),
      ...(semantic === null ? {} : { options: { evaluations_semantic: semantic, another: 1 } }),
    });
  const decisions = async (semantic: string | null, ...actions: { name: string }[]) =>
    (await several(semantic, ...actions)).body.evaluations.map(
      ({ decision }: { decision: boolean }) => decision,
    );
  expect(await decisions(null, view, approve, view)).toEqual([true, false, true]);
  expect(await decisions("execute_all", approve, view)).toEqual([false, true]);
  expect(await decisions("deny_on_first_deny", view, approve, view)).toEqual([true, false]);
  expect(await decisions("permit_on_first_permit", approve, view, approve)).toEqual([false, true]);
  expect((await several("first", view)).status).toBe(400);
  const mixed = await post("evaluations", {
    ...buildEvaluation(viewer, approve),
    evaluations: [{}, { subject: user(acme.owner) }, { action: view }, { resource: { type: "x", id: "y" } }],
  });
  expect(mixed.body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("a batch without evaluations is a single evaluation", async () => {
  for (const evaluations of [undefined, []])
    expect((await post("evaluations", { ...buildEvaluation(viewer, view), evaluations })).body).toMatchObject(
      {
        decision: true,
      },
    );
  expect((await post("evaluations", { evaluations: [] })).status).toBe(400);
});

test("malformed requests return 400 with the path, and change nothing", async () => {
  const good = buildEvaluation(viewer, view);
  const before = await readDatabaseState(t);
  const wrong: readonly unknown[] = [null, 1, "x", [], {}, true, { a: 1 }];
  const places = [
    "subject",
    "subject.type",
    "subject.id",
    "action",
    "action.name",
    "resource",
    "resource.type",
    "resource.id",
  ];
  for (const place of places)
    for (const value of wrong) {
      const [top = "", inner] = place.split(".");
      const member = good[top as keyof typeof good];
      const body = { ...good, [top]: inner === undefined ? value : { ...member, [inner]: value } };
      if (typeof value === "string" && inner !== undefined) continue;
      const response = await post("evaluation", body);
      expect([place, value, response.status]).toEqual([place, value, 400]);
      expect(response.body).toMatchObject({ code: "access/malformed", status: 400 });
      expect(response.body.errors[0].path.startsWith(top)).toBe(true);
      const several = await post("evaluations", { evaluations: [good, body] });
      expect(several).toMatchObject({
        status: 200,
        body: { evaluations: [{ decision: true }, { decision: false, context: { error: { status: 400 } } }] },
      });
    }
  for (const body of ["", "{", "null", "[]", "1", '"x"', "\u0000"])
    for (const path of ["evaluation", "evaluations", "search/subject", "search/action", "search/resource"])
      expect([path, body, (await post(path, body)).status]).toEqual([path, body, 400]);
  const nul = { ...good, subject: { type: "user", id: `${viewer.userId}\u0000` } };
  expect(await post("evaluation", nul)).toMatchObject({ status: 400, body: { code: "access/malformed" } });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("rejects too many evaluations and a body that is too large", async () => {
  const createBatch = (count: number) => ({
    ...buildEvaluation(viewer, view),
    evaluations: Array.from({ length: count }, () => ({})),
  });
  expect((await post("evaluations", createBatch(1_000))).body.evaluations).toHaveLength(1_000);
  for (const count of [1_001, 10_000])
    expect(await post("evaluations", createBatch(count))).toMatchObject({
      status: 400,
      body: { code: "access/too-many", detail: expect.stringContaining(String(count)) },
    });
  const large = { ...createBatch(1), context: { text: "x".repeat(2_000_000) } };
  expect((await post("evaluations", large)).status).toBe(413);
});

test("rejects other content types, and returns the request id", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"])
    expect((await post("evaluation", buildEvaluation(viewer, view), { "content-type": type })).status).toBe(
      400,
    );
  const own = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716";
  for (const [body, status] of [
    [buildEvaluation(viewer, view), 200],
    [{}, 400],
  ] as const) {
    const response = await post("evaluation", body, { "x-request-id": own });
    expect([response.status, response.headers["x-request-id"]]).toEqual([status, own]);
  }
  const arbitrary = await post("evaluation", buildEvaluation(viewer, view), { "x-request-id": 'a b/"ç"' });
  expect(arbitrary).toMatchObject({ status: 200, headers: { "x-request-id": 'a b/"ç"' } });
  const odd = await post("evaluation", {}, { "x-request-id": "x".repeat(1_025) });
  expect(odd.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(odd.body.requestId).toBe(odd.headers["x-request-id"]);
});

test("requires a valid API key with users:view", async () => {
  const evaluation = buildEvaluation(viewer, view);
  const statusWith = async (authorization: string, path = "evaluation") =>
    (await post(path, evaluation, { authorization })).status;
  const narrow = await t.apiKey(acme, { permissions: ["roles:view"] });
  const expired = await t.apiKey(acme, { expiresAt: t.clock.now() });
  const revoked = await t.apiKey(acme, { revokedAt: t.clock.now() });
  const other = await t.apiKey(await t.organization());
  for (const path of ["evaluation", "evaluations", "search/resource"]) {
    expect(await statusWith("", path)).toBe(401);
    expect(await statusWith("Bearer rubbish", path)).toBe(401);
    expect(await statusWith(`Bearer ${expired.key}`, path)).toBe(401);
    expect(await statusWith(`Bearer ${revoked.key}`, path)).toBe(401);
    expect(await statusWith(`Bearer ${narrow.key}`, path)).toBe(403);
    expect(await statusWith(`Bearer ${other.key}`, path)).toBe(200);
  }
  expect((await post("evaluation", evaluation, { authorization: `Bearer ${other.key}` })).body).toMatchObject(
    {
      decision: false,
      context: { reason: { code: "unknown-resource" } },
    },
  );
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  expect((await post("evaluation", evaluation, { authorization: "", cookie })).status).toBe(401);
});

test("publishes its metadata", async () => {
  const response = await t.app.inject({ url: "/.well-known/authzen-configuration" });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    policy_decision_point: "http://127.0.0.1:3000",
    access_evaluation_endpoint: "http://127.0.0.1:3000/access/v1/evaluation",
    access_evaluations_endpoint: "http://127.0.0.1:3000/access/v1/evaluations",
    search_subject_endpoint: "http://127.0.0.1:3000/access/v1/search/subject",
    search_action_endpoint: "http://127.0.0.1:3000/access/v1/search/action",
    search_resource_endpoint: "http://127.0.0.1:3000/access/v1/search/resource",
  });
});
