/** Requirements of OpenID AuthZEN Authorization API 1.0, by section. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

const user = () => ({ type: "user", id: viewer.userId });
const here = () => ({ type: "organization", id: acme.organizationId });
const view = { name: "campaigns:view" };
const evaluation = () => ({ subject: user(), action: view, resource: here() });
const searches = () =>
  ({
    "search/subject": { subject: { type: "user" }, action: view, resource: here() },
    "search/action": { subject: user(), resource: here() },
    "search/resource": { subject: user(), action: view, resource: { type: "organization" } },
  }) as const;
const paths = ["search/subject", "search/action", "search/resource"] as const;

describe("7 evaluations", () => {
  const several = async (body: object) => (await post("evaluations", body)).body.evaluations;
  const error = (message: string) => ({ decision: false, context: { error: { status: 400, message } } });
  const failure = (places: string) =>
    error(
      `Send ${places} with this evaluation, or ${places.includes(",") ? "these members" : "this member"} once for all of them.`,
    );

  test("a missing member denies that evaluation and no other", async () => {
    const { subject, action, resource } = evaluation();
    expect(
      await several({ subject, action, evaluations: [{ resource }, {}, { resource: {} }, { resource }] }),
    ).toEqual([
      expect.objectContaining({ decision: true }),
      failure("resource"),
      failure("resource.type, resource.id"),
      expect.objectContaining({ decision: true }),
    ]);
    expect(await several({ evaluations: [{}] })).toEqual([failure("subject, action, resource")]);
    const stopping = { options: { evaluations_semantic: "deny_on_first_deny" } };
    const evaluations = [{ action: {} }, { action }];
    expect(await several({ subject, resource, evaluations, ...stopping })).toEqual([failure("action.name")]);
  });

  test("a wrong type in one evaluation is an error of that evaluation alone", async () => {
    const { subject, action, resource } = evaluation();
    const wrong = (...places: readonly string[]) =>
      error(
        `Of the wrong type: ${places.join(", ")}. Send objects for subject, action, resource, context and properties, and strings for type, id and name.`,
      );
    const cases: readonly (readonly [unknown, object])[] = [
      [{ action }, { decision: true }],
      [{ action: "campaigns:view" }, wrong("action")],
      [{ action: null }, wrong("action")],
      [{ action: { name: 5 } }, wrong("action.name")],
      [{ action, subject: [], resource: 1 }, wrong("subject", "resource")],
      [{ action, subject: { ...subject, properties: "x" } }, wrong("subject.properties")],
      [{ action, context: 7 }, wrong("context")],
      [{ action: {}, context: 7 }, failure("action.name")],
      [null, error("Send an object for each evaluation.")],
      [[action], error("Send an object for each evaluation.")],
      ["x", error("Send an object for each evaluation.")],
      [{ action }, { decision: true }],
    ];
    const evaluations = cases.map(([own]) => own);
    const responses = await several({ subject, resource, evaluations });
    expect(responses).toHaveLength(cases.length);
    for (const [index, [own, expected]] of cases.entries())
      expect([own, responses[index]]).toEqual([own, expect.objectContaining(expected)]);
    for (const whole of [{ evaluations: {} }, { evaluations, options: 5 }, { evaluations, subject: 5 }])
      expect((await post("evaluations", { ...evaluation(), ...whole })).status).toBe(400);
  });

  test("an incomplete evaluation returns 403 to a key without the permission", async () => {
    const { key: blind } = await t.apiKey(acme, { permissions: ["roles:view"] });
    const response = await post("evaluations", { evaluations: [{}] }, { authorization: `Bearer ${blind}` });
    expect(response.status).toBe(403);
  });

  test("a member of an evaluation replaces the default as a whole", async () => {
    const { subject, action, resource } = evaluation();
    const forAll = { subject, action, resource: { ...resource, properties: { a: 1 } } };
    const evaluations = [
      {},
      { subject: { id: acme.owner.userId } },
      { resource: { id: resource.id } },
      { resource: { properties: { b: 1 } } },
      { action: { properties: { method: "GET" } } },
      { subject: { type: "robot", id: subject.id } },
      { action: { name: "campaigns:approve" } },
      { subject: { type: "user", id: acme.owner.userId } },
    ];
    const responses = await several({ ...forAll, evaluations });
    expect(responses.map(({ decision }: { decision: boolean }) => decision)).toEqual([
      true,
      ...[false, false, false, false, false, false],
      true,
    ]);
    expect(responses.slice(1, 5)).toEqual([
      failure("subject.type"),
      failure("resource.type"),
      failure("resource.type, resource.id"),
      failure("action.name"),
    ]);
    for (const none of [{}, { evaluations: [] }])
      expect((await post("evaluations", { ...forAll, subject: { type: "user" }, ...none })).status).toBe(400);
  });
});

describe("8.2 pagination", () => {
  test.each(paths)("%s returns at most `limit` results per page, and each result once", async (path) => {
    const search = searches()[path];
    const whole = (await post(path, search)).body;
    expect(whole.page.next_token).toBe("");
    expect(whole.results.length).toBeGreaterThan(0);
    const limit = Math.ceil(whole.results.length / 3);
    const found: unknown[] = [];
    for (let token = ""; ; ) {
      const page = token === "" ? { limit } : { token };
      const { status, body } = await post(path, { ...search, page });
      expect(status).toBe(200);
      expect(body.results.length).toBeLessThanOrEqual(limit);
      expect(body.page.count).toBe(body.results.length);
      found.push(...body.results);
      token = body.page.next_token;
      if (token === "") break;
    }
    expect(found).toEqual(whole.results);
    const none = (await post(path, { ...search, page: { limit: 0 } })).body;
    expect(none).toEqual({ page: { next_token: "", count: 0 }, results: [] });
  });

  const severalPages = ["search/subject", "search/action"] as const;
  test.each(severalPages)("%s rejects a token of another search", async (path) => {
    const context = { time: "2026-01-01T00:00:00Z", nested: { a: 1, b: [1, 2] } };
    const search = { ...searches()[path], context };
    const { next_token: token } = (await post(path, { ...search, page: { limit: 1 } })).body.page;
    expect(token).not.toBe("");
    const again = async (change: object) =>
      (await post(path, { ...search, ...change, page: { token } })).status;
    expect(await again({})).toBe(200);
    expect(await again({ context: { nested: { b: [1, 2], a: 1 }, time: context.time } })).toBe(200);
    expect(await again({ context: { ...context, time: "2027-01-01T00:00:00Z" } })).toBe(400);
    expect(await again({ context: { ...context, nested: { a: 1, b: [2, 1] } } })).toBe(400);
    const subject = { ...search.subject, properties: { a: 1 } };
    expect(await again({ subject })).toBe(400);
    for (const other of paths.filter((one) => one !== path))
      expect((await post(other, { ...searches()[other], page: { token } })).status).toBe(400);
    for (const bad of ["x", "e30", Buffer.from('{"after":"-1"}').toString("base64url"), "\ud83d\udd11"])
      expect((await post(path, { ...search, page: { token: bad } })).status).toBe(400);
  });

  test.each(paths)("%s ignores unknown members of `page`", async (path) => {
    const page = { properties: { sort: "name" }, other: 1 };
    expect((await post(path, { ...searches()[path], page })).status).toBe(200);
  });
});

describe("8.4, 8.5 searches", () => {
  test("ignores the id of the searched entity", async () => {
    for (const [path, entity] of [
      ["search/subject", "subject"],
      ["search/resource", "resource"],
    ] as const) {
      const search = searches()[path];
      const { body } = await post(path, search);
      const type = entity === "subject" ? "user" : "organization";
      for (const id of ["somebody", acme.owner.userId, 5, null])
        expect((await post(path, { ...search, [entity]: { type, id } })).body).toEqual(body);
    }
  });

  test("results have the searched type; an unknown type finds nothing", async () => {
    const [subjects, actions, resources] = await Promise.all(
      paths.map(async (path) => (await post(path, searches()[path])).body.results),
    );
    for (const one of subjects) expect(one).toEqual({ type: "user", id: expect.any(String) });
    for (const one of actions) expect(one).toEqual({ name: expect.any(String) });
    expect(resources).toEqual([here()]);
    const empty = { page: { next_token: "", count: 0 }, results: [] };
    const { "search/subject": who, "search/resource": where } = searches();
    for (const type of ["business-unit", "robot", "__proto__", ""]) {
      expect((await post("search/subject", { ...who, subject: { type } })).body).toEqual(empty);
      expect((await post("search/resource", { ...where, resource: { type } })).body).toEqual(empty);
    }
  });

  test("an evaluation allows every search result", async () => {
    const { results } = (await post("search/subject", searches()["search/subject"])).body;
    const evaluations = results.map((subject: object) => ({ subject }));
    const response = await post("evaluations", { action: view, resource: here(), evaluations });
    expect(response.body.evaluations.every(({ decision }: { decision: boolean }) => decision)).toBe(true);
  });
});

describe("9 metadata", () => {
  test("is JSON with the endpoints and no empty values", async () => {
    const response = await t.app.inject({ url: "/.well-known/authzen-configuration" });
    expect(response.headers["content-type"]).toMatch(/^application\/json\b/);
    const metadata = response.json() as Readonly<Record<string, string>>;
    expect(metadata["policy_decision_point"]).not.toMatch(/[?#]|\/$/);
    const { policy_decision_point: base = "", ...endpoints } = metadata;
    for (const [name, url] of Object.entries(endpoints)) {
      expect(name).toMatch(/_endpoint$/);
      const response = await t.app.inject({ method: "POST", url: url.slice(base.length) });
      expect([name, response.statusCode]).toEqual([name, 401]);
    }
  });
});

describe("10 transport", () => {
  test("accepts every spelling of the content type JSON in UTF-8", async () => {
    for (const type of [
      "application/json; charset=utf-8",
      "application/json;charset=UTF-8",
      'Application/JSON; charset="utf-8"',
    ])
      expect([type, (await post("evaluation", evaluation(), { "content-type": type })).status]).toEqual([
        type,
        200,
      ]);
    const headers = { authorization: `Bearer ${key}` };
    const none = await t.app.inject({
      method: "POST",
      url: "/access/v1/evaluation",
      headers,
      payload: Buffer.from(JSON.stringify(evaluation())),
    });
    expect(none.statusCode).toBe(400);
    expect(none.json()).toMatchObject({ code: "access/malformed" });
  });

  test("unauthorized callers don't see validation errors; 401 has WWW-Authenticate", async () => {
    const narrow = await t.apiKey(acme, { permissions: ["roles:view"] });
    const wrong = { subject: 1 };
    for (const path of ["evaluation", "evaluations", ...paths]) {
      for (const authorization of ["", "Bearer rubbish", "Basic b2xpdmU6cmFpbg=="]) {
        const response = await post(path, wrong, { authorization });
        expect([path, authorization, response.status]).toEqual([path, authorization, 401]);
        expect(response.headers["www-authenticate"]).toBe('Bearer realm="Gatehouse"');
      }
      expect((await post(path, wrong, { authorization: `Bearer ${narrow.key}` })).status).toBe(403);
      expect((await post(path, wrong)).status).toBe(400);
    }
  });

  test("rejects duplicate members, because JSON parsers differ in which one counts", async () => {
    const { organizationId } = acme;
    const subject = `{"type": "user", "id": "${viewer.userId}"}`;
    const rest = `"action": {"name": "campaigns:view"}, "resource": {"type": "organization", "id": "${organizationId}"}`;
    expect((await post("evaluation", `{"subject": ${subject}, ${rest}}`)).body.decision).toBe(true);
    const other = `{"type": "user", "id": "${acme.owner.userId}"}`;
    for (const twice of [
      `"subject": ${other}, "subject": ${subject}`,
      `"subject": ${other}, "s\\u0075bject" : ${subject}`,
    ])
      expect((await post("evaluation", `{${twice}, ${rest}}`)).status).toBe(400);
  });
});
