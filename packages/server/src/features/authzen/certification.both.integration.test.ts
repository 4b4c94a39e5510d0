/**
 * The certification scenario of the OpenID AuthZEN working group (`certification/authorization-api-1_0-scenario.md` in
 * openid/authzen): its people, resources and actions by their own names, with the levels that Gatehouse meets and those it
 * doesn't by design.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let people: Readonly<Record<"alice" | "bob", TestUser>>;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  const { organizationId } = acme;
  const actions = { read: {}, write: {}, delete: {} };
  await t.sql("UPDATE catalogues SET definition = $2::jsonb, version = 2 WHERE organization_id = $1", [
    organizationId,
    JSON.stringify({ record: { label: "Records", actions } }),
  ]);
  const writer = await t.role(acme, { name: "Writer", permissions: ["record:read", "record:write"] });
  const reader = await t.role(acme, { name: "Reader", permissions: ["record:read"] });
  people = { alice: await t.user(acme, { roles: [writer] }), bob: await t.user(acme, { roles: [reader] }) };
  for (const [externalId, { userId }] of Object.entries(people))
    await t.sql("UPDATE users SET external_id = $3 WHERE organization_id = $1 AND user_id = $2", [
      organizationId,
      userId,
      externalId,
    ]);
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
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body === "" ? null : response.json(),
  };
}

const user = (id: string) => ({ type: "user", id });
const record = (id = "record-1") => ({ type: "record", id });
const buildEvaluation = (id: string, name: string, resource: object = record()) => ({
  subject: user(id),
  action: { name },
  resource,
});
const permitted = { status: 200, body: { decision: true } };
const denied = { status: 200, body: { decision: false } };

describe("Basic Core", () => {
  test.each([
    ["alice", "read", permitted],
    ["alice", "write", permitted],
    ["bob", "read", permitted],
    ["bob", "write", denied],
  ])("%s · %s: the decision of the fixture, repeatedly", async (id, name, expected) => {
    for (const _ of [1, 2, 3])
      expect(await post("evaluation", buildEvaluation(id, name))).toMatchObject(expected);
  });

  test("context, properties and unknown members change no decision", async () => {
    const { subject, action, resource } = buildEvaluation("alice", "read");
    const bodies = [
      { ...buildEvaluation("alice", "read"), context: { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1" } },
      {
        subject: { ...subject, properties: { department: "Sales", role: "manager" } },
        action: { ...action, properties: { method: "GET" } },
        resource: { ...resource, properties: { status: "active", owner: "bob" } },
      },
      { ...buildEvaluation("alice", "read"), foo: "bar", futureField: { nested: true } },
    ];
    for (const body of bodies) expect(await post("evaluation", body)).toMatchObject(permitted);
  });

  test("missing members, wrong types, invalid JSON and other content types return 400", async () => {
    const whole = buildEvaluation("alice", "read");
    const { subject, action, resource } = whole;
    const bodies: readonly unknown[] = [
      { action, resource },
      { subject, resource },
      { subject, action },
      { ...whole, subject: { id: "alice" } },
      { ...whole, subject: { type: "user" } },
      { ...whole, action: {} },
      { ...whole, resource: { id: "record-1" } },
      { ...whole, resource: { type: "record" } },
      { ...whole, subject: "alice" },
      { ...whole, action: { name: 123 } },
      "{",
      "",
    ];
    for (const body of bodies) expect([body, (await post("evaluation", body)).status]).toEqual([body, 400]);
    expect((await post("evaluation", whole, { "content-type": "text/plain" })).status).toBe(400);
  });
});

describe("Batch Core", () => {
  const several = async (body: object) => {
    const response = await post("evaluations", body);
    expect(response.status).toBe(200);
    return response.body.evaluations.map(({ decision }: { decision: boolean }) => decision);
  };

  test("evaluations are decided in order, with and without defaults", async () => {
    const { subject, action, resource } = buildEvaluation("bob", "read");
    const actions = [{ action }, { action: { name: "write" } }];
    expect(await several({ subject, resource, evaluations: actions })).toEqual([true, false]);
    expect(
      await several({ evaluations: [buildEvaluation("alice", "read"), buildEvaluation("bob", "write")] }),
    ).toEqual([true, false]);
    const resources = [{ resource }, { resource: record("record-2"), context: { source: "batch-override" } }];
    const context = { time: "2025-06-27T18:03-07:00" };
    expect(await several({ subject, action, context, evaluations: resources })).toEqual([true, true]);
  });

  test("denies an incomplete evaluation; a request without evaluations is a single evaluation", async () => {
    const { subject, action, resource } = buildEvaluation("alice", "read");
    expect(await several({ subject, action, evaluations: [{ resource }, {}] })).toEqual([true, false]);
    for (const none of [{}, { evaluations: [] }])
      expect(await post("evaluations", { ...buildEvaluation("alice", "read"), ...none })).toMatchObject(
        permitted,
      );
  });
});

describe("Search Core", () => {
  const search = async (path: string, body: object) => (await post(`search/${path}`, body)).body.results;

  test("finds the users who may access a record, by their Gatehouse ids", async () => {
    const found = await search("subject", { ...buildEvaluation("", "write"), subject: { type: "user" } });
    expect(found).toContainEqual(user(people.alice.userId));
    expect(found).not.toContainEqual(user(people.bob.userId));
    for (const subject of found)
      expect(await post("evaluation", { ...buildEvaluation("", "write"), subject })).toMatchObject(permitted);
  });

  test("finds the actions of a record's permission group, by short names", async () => {
    const found = await search("action", { subject: user("alice"), resource: record() });
    expect(found).toEqual([{ name: "read" }, { name: "write" }]);
    for (const action of found)
      expect(await post("evaluation", { ...buildEvaluation("alice", ""), action })).toMatchObject(permitted);
  });

  test("finds nothing for unknown users and types", async () => {
    expect(await search("action", { subject: user("nonexistent-user"), resource: record() })).toEqual([]);
    const spaceship = { ...buildEvaluation("", "read"), subject: { type: "spaceship" } };
    expect(await search("subject", spaceship)).toEqual([]);
  });

  test("finds no single records, because Gatehouse doesn't store them", async () => {
    expect(
      await search("resource", { ...buildEvaluation("alice", "read"), resource: { type: "record" } }),
    ).toEqual([]);
  });
});

describe("Properties", () => {
  test("properties that the caller sends grant nothing", async () => {
    const admin = { ...user("bob"), properties: { role: "admin" } };
    const archived = { ...record("record-2"), properties: { status: "archived" } };
    expect(
      await post("evaluation", { ...buildEvaluation("", "write", archived), subject: admin }),
    ).toMatchObject(denied);
    const soft = { name: "delete", properties: { soft: true } };
    expect(await post("evaluation", { ...buildEvaluation("alice", ""), action: soft })).toMatchObject(denied);
  });
});

describe("names", () => {
  const decide = async (evaluation: object) => (await post("evaluation", evaluation)).body;
  const reason = (code: string) => ({ decision: false, context: { reason: { code } } });

  test("identifies a user by Gatehouse's id or by externalId, and never two users by one id", async () => {
    const { alice, bob } = people;
    expect(await decide(buildEvaluation(alice.userId, "write"))).toMatchObject({ decision: true });
    const external = { ...buildEvaluation("", "write"), subject: { type: "external-user", id: "alice" } };
    expect(await decide(external)).toMatchObject({ decision: true });
    for (const id of ["Alice", "alice ", "", "al%", "x".repeat(5_000), "user alice", "constructor"])
      expect([id, await decide(buildEvaluation(id, "read"))]).toMatchObject([id, reason("unknown-subject")]);
    await t.sql("UPDATE users SET external_id = $2 WHERE user_id = $1", [bob.userId, alice.userId]);
    try {
      expect(await decide(buildEvaluation(alice.userId, "write"))).toMatchObject({ decision: true });
      const byPanel = { type: "external-user", id: alice.userId };
      expect(await decide({ ...buildEvaluation("", "read"), subject: byPanel })).toMatchObject({
        decision: true,
      });
      expect(await decide({ ...buildEvaluation("", "write"), subject: byPanel })).toMatchObject(
        reason("not-held"),
      );
    } finally {
      await t.sql("UPDATE users SET external_id = 'bob' WHERE user_id = $1", [bob.userId]);
    }
  });

  test("an externalId of a suspended, removed or foreign user is unknown", async () => {
    const other = await t.organization();
    await t.sql("UPDATE users SET external_id = 'carol' WHERE user_id = $1", [other.owner.userId]);
    const suspended = await t.user(acme, { roles: ["owner"], status: "suspended" });
    await t.sql("UPDATE users SET external_id = 'dave' WHERE user_id = $1", [suspended.userId]);
    for (const id of ["carol", "dave", "erin"])
      expect([id, await decide(buildEvaluation(id, "read"))]).toMatchObject([id, reason("unknown-subject")]);
  });

  test("a short action belongs to the resource's group, a full name to the organization", async () => {
    const here = { type: "organization", id: acme.organizationId };
    const elsewhere = { type: "organization", id: (await t.organization()).organizationId };
    const owner = acme.owner.userId;
    expect(await decide(buildEvaluation("alice", "record:read", here))).toMatchObject({ decision: true });
    expect(await decide(buildEvaluation(owner, "edit", here))).toMatchObject({ decision: true });
    expect(await decide(buildEvaluation("alice", "edit", here))).toMatchObject(reason("not-held"));
    expect(await decide(buildEvaluation(owner, "edit", elsewhere))).toMatchObject(reason("unknown-resource"));
    expect(await decide(buildEvaluation("alice", "record:read", record()))).toMatchObject(
      reason("unknown-resource"),
    );
    expect(await decide(buildEvaluation("alice", "read", { type: "folder", id: "1" }))).toMatchObject(
      reason("unknown-resource"),
    );
    for (const name of ["erase", "", "constructor", "__proto__"])
      expect([name, await decide(buildEvaluation("alice", name))]).toMatchObject([
        name,
        reason("unknown-action"),
      ]);
  });

  test("one request can name users by both kinds of ids", async () => {
    const evaluations = ["alice", people.alice.userId, "bob", people.bob.userId, "nobody"].map((id) => ({
      subject: user(id),
    }));
    const response = await post("evaluations", { ...buildEvaluation("", "write"), evaluations });
    expect(response.body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
