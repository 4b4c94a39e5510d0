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
  const answer = await t.app.inject({
    method: "POST",
    url: `/access/v1/${path}`,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.body === "" ? null : answer.json(),
  };
}

const user = (id: string) => ({ type: "user", id });
const record = (id = "record-1") => ({ type: "record", id });
const ask = (id: string, name: string, resource: object = record()) => ({
  subject: user(id),
  action: { name },
  resource,
});
const yes = { status: 200, body: { decision: true } };
const no = { status: 200, body: { decision: false } };

describe("Basic Core", () => {
  test.each([
    ["alice", "read", yes],
    ["alice", "write", yes],
    ["bob", "read", yes],
    ["bob", "write", no],
  ])("%s may %s a record as the fixture says, again and again", async (id, name, expected) => {
    for (const _ of [1, 2, 3]) expect(await post("evaluation", ask(id, name))).toMatchObject(expected);
  });

  test("context, properties and unknown members change no decision", async () => {
    const { subject, action, resource } = ask("alice", "read");
    const bodies = [
      { ...ask("alice", "read"), context: { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1" } },
      {
        subject: { ...subject, properties: { department: "Sales", role: "manager" } },
        action: { ...action, properties: { method: "GET" } },
        resource: { ...resource, properties: { status: "active", owner: "bob" } },
      },
      { ...ask("alice", "read"), foo: "bar", futureField: { nested: true } },
    ];
    for (const body of bodies) expect(await post("evaluation", body)).toMatchObject(yes);
  });

  test("what is missing, of a wrong type, no JSON or of another content type is 400", async () => {
    const whole = ask("alice", "read");
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
    const answer = await post("evaluations", body);
    expect(answer.status).toBe(200);
    return answer.body.evaluations.map(({ decision }: { decision: boolean }) => decision);
  };

  test("evaluations are answered in their order, with what stands beside them or without", async () => {
    const { subject, action, resource } = ask("bob", "read");
    const actions = [{ action }, { action: { name: "write" } }];
    expect(await several({ subject, resource, evaluations: actions })).toEqual([true, false]);
    expect(await several({ evaluations: [ask("alice", "read"), ask("bob", "write")] })).toEqual([
      true,
      false,
    ]);
    const resources = [{ resource }, { resource: record("record-2"), context: { source: "batch-override" } }];
    const context = { time: "2025-06-27T18:03-07:00" };
    expect(await several({ subject, action, context, evaluations: resources })).toEqual([true, true]);
  });

  test("an evaluation that lacks something is a no; without evaluations it is one question", async () => {
    const { subject, action, resource } = ask("alice", "read");
    expect(await several({ subject, action, evaluations: [{ resource }, {}] })).toEqual([true, false]);
    for (const none of [{}, { evaluations: [] }])
      expect(await post("evaluations", { ...ask("alice", "read"), ...none })).toMatchObject(yes);
  });
});

describe("Search Core", () => {
  const search = async (path: string, body: object) => (await post(`search/${path}`, body)).body.results;

  test("finds who may do something with a record, by the ids of Gatehouse", async () => {
    const found = await search("subject", { ...ask("", "write"), subject: { type: "user" } });
    expect(found).toContainEqual(user(people.alice.userId));
    expect(found).not.toContainEqual(user(people.bob.userId));
    for (const subject of found)
      expect(await post("evaluation", { ...ask("", "write"), subject })).toMatchObject(yes);
  });

  test("finds the actions of a record's group, by the names that are asked for", async () => {
    const found = await search("action", { subject: user("alice"), resource: record() });
    expect(found).toEqual([{ name: "read" }, { name: "write" }]);
    for (const action of found)
      expect(await post("evaluation", { ...ask("alice", ""), action })).toMatchObject(yes);
  });

  test("finds nothing for unknown people and types", async () => {
    expect(await search("action", { subject: user("nonexistent-user"), resource: record() })).toEqual([]);
    const spaceship = { ...ask("", "read"), subject: { type: "spaceship" } };
    expect(await search("subject", spaceship)).toEqual([]);
  });

  test("knows no single records, so that a search for them finds none", async () => {
    expect(await search("resource", { ...ask("alice", "read"), resource: { type: "record" } })).toEqual([]);
  });
});

describe("Properties", () => {
  test("what the caller claims gives nobody anything", async () => {
    const admin = { ...user("bob"), properties: { role: "admin" } };
    const archived = { ...record("record-2"), properties: { status: "archived" } };
    expect(await post("evaluation", { ...ask("", "write", archived), subject: admin })).toMatchObject(no);
    const soft = { name: "delete", properties: { soft: true } };
    expect(await post("evaluation", { ...ask("alice", ""), action: soft })).toMatchObject(no);
  });
});

describe("names", () => {
  const decide = async (question: object) => (await post("evaluation", question)).body;
  const reason = (code: string) => ({ decision: false, context: { reason: { code } } });

  test("a person is Gatehouse's id or the panel's own, and no id means two people", async () => {
    const { alice, bob } = people;
    expect(await decide(ask(alice.userId, "write"))).toMatchObject({ decision: true });
    const external = { ...ask("", "write"), subject: { type: "external-user", id: "alice" } };
    expect(await decide(external)).toMatchObject({ decision: true });
    for (const id of ["Alice", "alice ", "", "al%", "x".repeat(5_000), "user alice", "constructor"])
      expect([id, await decide(ask(id, "read"))]).toMatchObject([id, reason("unknown-subject")]);
    await t.sql("UPDATE users SET external_id = $2 WHERE user_id = $1", [bob.userId, alice.userId]);
    try {
      expect(await decide(ask(alice.userId, "write"))).toMatchObject({ decision: true });
      const byPanel = { type: "external-user", id: alice.userId };
      expect(await decide({ ...ask("", "read"), subject: byPanel })).toMatchObject({ decision: true });
      expect(await decide({ ...ask("", "write"), subject: byPanel })).toMatchObject(reason("not-held"));
    } finally {
      await t.sql("UPDATE users SET external_id = 'bob' WHERE user_id = $1", [bob.userId]);
    }
  });

  test("the panel's id of somebody suspended, removed or of another organization is nobody's", async () => {
    const other = await t.organization();
    await t.sql("UPDATE users SET external_id = 'carol' WHERE user_id = $1", [other.owner.userId]);
    const suspended = await t.user(acme, { roles: ["owner"], status: "suspended" });
    await t.sql("UPDATE users SET external_id = 'dave' WHERE user_id = $1", [suspended.userId]);
    for (const id of ["carol", "dave", "erin"])
      expect([id, await decide(ask(id, "read"))]).toMatchObject([id, reason("unknown-subject")]);
  });

  test("a short action belongs to the resource's group, a whole name to the organization", async () => {
    const here = { type: "organization", id: acme.organizationId };
    const elsewhere = { type: "organization", id: (await t.organization()).organizationId };
    const owner = acme.owner.userId;
    expect(await decide(ask("alice", "record:read", here))).toMatchObject({ decision: true });
    expect(await decide(ask(owner, "edit", here))).toMatchObject({ decision: true });
    expect(await decide(ask("alice", "edit", here))).toMatchObject(reason("not-held"));
    expect(await decide(ask(owner, "edit", elsewhere))).toMatchObject(reason("unknown-resource"));
    expect(await decide(ask("alice", "record:read", record()))).toMatchObject(reason("unknown-resource"));
    expect(await decide(ask("alice", "read", { type: "folder", id: "1" }))).toMatchObject(
      reason("unknown-resource"),
    );
    for (const name of ["erase", "", "constructor", "__proto__"])
      expect([name, await decide(ask("alice", name))]).toMatchObject([name, reason("unknown-action")]);
  });

  test("people by both kinds of ids are answered in one request, and each by their own rights", async () => {
    const evaluations = ["alice", people.alice.userId, "bob", people.bob.userId, "nobody"].map((id) => ({
      subject: user(id),
    }));
    const answer = await post("evaluations", { ...ask("", "write"), evaluations });
    expect(answer.body.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
