/** The Authorization API as a program uses it, on both engines. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { stateOf } from "../../../test/state-of.ts";

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
  const answer = await t.app.inject({
    method: "POST",
    url: `/access/v1/${path}`,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

const user = ({ userId }: TestUser) => ({ type: "user", id: userId });
const view = { name: "campaigns:view" };
const approve = { name: "campaigns:approve" };
const here = () => ({ type: "organization", id: acme.organizationId });
const ask = (person: TestUser, action: { name: string }) => ({
  subject: user(person),
  action,
  resource: here(),
});
const decisionOf = async (question: object) => (await post("evaluation", question)).body.decision;

test("decides, and says through which role, or why not; a denial is an answer", async () => {
  expect(await post("evaluation", ask(viewer, view))).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: { decision: true, context: { because: [{ roleId: acme.roles.viewer, roleName: "Viewer" }] } },
  });
  expect(await post("evaluation", ask(viewer, approve))).toMatchObject({
    status: 200,
    body: { decision: false, context: { reason: { code: "not-held" } } },
  });
});

test("what is unknown, elsewhere, suspended or over is no", async () => {
  const other = await t.organization();
  const suspended = await t.user(acme, { roles: ["owner"], status: "suspended" });
  const over = await t.user(acme, { roles: ["viewer"] });
  await t.sql("UPDATE user_roles SET expires_at = $3 WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    over.userId,
    t.clock.now(),
  ]);
  const good = ask(viewer, view);
  expect(await decisionOf(good)).toBe(true);
  const bad: Record<string, object> = {
    suspended: ask(suspended, view),
    over: ask(over, view),
    "another organization's user": ask(other.owner, view),
    "another organization": { ...good, resource: { type: "organization", id: other.organizationId } },
    "no id": { ...good, subject: { type: "user", id: "alice" } },
    "another type of subject": { ...good, subject: { type: "group", id: viewer.userId } },
    "another type of resource": { ...good, resource: { type: "campaign", id: acme.organizationId } },
    "unknown permission": ask(viewer, { name: "campaigns:aprove" }),
    "a name of every object": ask(viewer, { name: "constructor" }),
  };
  for (const [title, question] of Object.entries(bad))
    expect([title, (await post("evaluation", question)).status, await decisionOf(question)]).toEqual([
      title,
      200,
      false,
    ]);
});

test("what the caller says of the subject grants nothing, and unknown members are ignored", async () => {
  const properties = { roles: ["owner"], permissions: ["campaigns:approve"], isOwner: true };
  const question = ask(viewer, approve);
  const claimed = {
    ...question,
    subject: { ...question.subject, properties, isOwner: true },
    action: { ...approve, properties },
    context: { ...properties, time: 1 },
    somethingElse: [1],
  };
  expect(await decisionOf(claimed)).toBe(false);
  expect(await decisionOf({ ...claimed, action: { ...view, surprise: 1 } })).toBe(true);
});

test("a changed role counts at the next question", async () => {
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  expect(await decisionOf(ask(person, approve))).toBe(true);
  await t.sql("DELETE FROM user_roles WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    person.userId,
  ]);
  expect(await decisionOf(ask(person, approve))).toBe(false);
});

test("several questions take what they leave out from the request, and end as the semantic says", async () => {
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
    ...ask(viewer, approve),
    evaluations: [{}, { subject: user(acme.owner) }, { action: view }, { resource: { type: "x", id: "y" } }],
  });
  expect(mixed.body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("without questions of its own, evaluations is one evaluation", async () => {
  for (const evaluations of [undefined, []])
    expect((await post("evaluations", { ...ask(viewer, view), evaluations })).body).toMatchObject({
      decision: true,
    });
  expect((await post("evaluations", { evaluations: [] })).status).toBe(400);
});

test("what can't be read is 400 and names the place; nothing is ever 5xx or written", async () => {
  const good = ask(viewer, view);
  const before = await stateOf(t);
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
      const answer = await post("evaluation", body);
      expect([place, value, answer.status]).toEqual([place, value, 400]);
      expect(answer.body).toMatchObject({ code: "access/malformed", status: 400 });
      expect(answer.body.errors[0].path.startsWith(top)).toBe(true);
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
  expect(await stateOf(t)).toEqual(before);
});

test("too many questions, and a body that is too large, are refused in words", async () => {
  const questions = (count: number) => ({
    ...ask(viewer, view),
    evaluations: Array.from({ length: count }, () => ({})),
  });
  expect((await post("evaluations", questions(1_000))).body.evaluations).toHaveLength(1_000);
  for (const count of [1_001, 10_000])
    expect(await post("evaluations", questions(count))).toMatchObject({
      status: 400,
      body: { code: "access/too-many", detail: expect.stringContaining(String(count)) },
    });
  const large = { ...questions(1), context: { text: "x".repeat(2_000_000) } };
  expect((await post("evaluations", large)).status).toBe(413);
});

test("other content types are 400, and the request's id comes back", async () => {
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"])
    expect((await post("evaluation", ask(viewer, view), { "content-type": type })).status).toBe(400);
  const own = "bfe9eb29-ab87-4ca3-be83-a1d5d8305716";
  for (const [body, status] of [
    [ask(viewer, view), 200],
    [{}, 400],
  ] as const) {
    const answer = await post("evaluation", body, { "x-request-id": own });
    expect([answer.status, answer.headers["x-request-id"]]).toEqual([status, own]);
  }
  const arbitrary = await post("evaluation", ask(viewer, view), { "x-request-id": 'a b/"ç"' });
  expect(arbitrary).toMatchObject({ status: 200, headers: { "x-request-id": 'a b/"ç"' } });
  const odd = await post("evaluation", {}, { "x-request-id": "x".repeat(1_025) });
  expect(odd.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(odd.body.requestId).toBe(odd.headers["x-request-id"]);
});

test("only a living key that may view users is told anything", async () => {
  const question = ask(viewer, view);
  const statusWith = async (authorization: string, path = "evaluation") =>
    (await post(path, question, { authorization })).status;
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
  expect((await post("evaluation", question, { authorization: `Bearer ${other.key}` })).body).toMatchObject({
    decision: false,
    context: { reason: { code: "unknown-resource" } },
  });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  expect((await post("evaluation", question, { authorization: "", cookie })).status).toBe(401);
});

test("says where to ask", async () => {
  const answer = await t.app.inject({ url: "/.well-known/authzen-configuration" });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    policy_decision_point: "http://127.0.0.1:3000",
    access_evaluation_endpoint: "http://127.0.0.1:3000/access/v1/evaluation",
    access_evaluations_endpoint: "http://127.0.0.1:3000/access/v1/evaluations",
    search_subject_endpoint: "http://127.0.0.1:3000/access/v1/search/subject",
    search_action_endpoint: "http://127.0.0.1:3000/access/v1/search/action",
    search_resource_endpoint: "http://127.0.0.1:3000/access/v1/search/resource",
  });
});
