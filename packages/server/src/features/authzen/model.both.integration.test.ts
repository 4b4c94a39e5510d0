/** Property-based test: decisions over HTTP match a simple model, for random catalogues, roles and grants. */
import { parseCatalogue, serialiseCatalogue } from "@gatehouse/access/catalogue";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { rounds } from "../../../test/rounds.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
});
afterAll(() => t.close());

const actions = ["a", "b", "c", "d"] as const;
const names = ["one", "two"].flatMap((group) => actions.map((action) => `${group}:${action}`));
const semantics = ["execute_all", "deny_on_first_deny", "permit_on_first_permit"] as const;

/** Implied actions, permissions of roles, and grants of users; `true` marks an expired grant. */
const anyFixture = fc.record({
  implies: fc.dictionary(
    fc.constantFrom(...actions),
    fc.uniqueArray(fc.constantFrom(...actions), { maxLength: 2 }),
  ),
  roles: fc.array(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  }),
  people: fc.array(
    fc.record({
      isSuspended: fc.boolean(),
      grants: fc.dictionary(fc.constantFrom("0", "1", "2", "owner"), fc.boolean()),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  checks: fc.array(fc.tuple(fc.nat(3), fc.constantFrom(...names, "one:z")), {
    minLength: 1,
    maxLength: 12,
  }),
});
type Fixture = typeof anyFixture extends fc.Arbitrary<infer T> ? T : never;

/** The reference implementation. */
function model({ implies, roles, people }: Fixture, person: number, name: string): boolean {
  const who = people[person % people.length];
  if (who === undefined || who.isSuspended || !names.includes(name)) return false;
  const lasting = Object.entries(who.grants).filter(([, isOver]) => !isOver);
  if ("owner" in who.grants) return true;
  const held = new Set(lasting.flatMap(([role]) => roles[Number(role)] ?? []));
  for (const given of held) {
    const [group, action = ""] = given.split(":");
    for (const implied of implies[action as keyof typeof implies] ?? [])
      if (implied > action) held.add(`${group}:${implied}`);
  }
  return held.has(name);
}

/** Creates the fixture and returns its user ids. */
async function build({ implies, roles, people }: Fixture): Promise<readonly string[]> {
  const group = Object.fromEntries(
    actions.map((action) => [
      action,
      { label: action, implies: (implies[action] ?? []).filter((name) => name > action) },
    ]),
  );
  const definition = { one: { label: "One", actions: group }, two: { label: "Two", actions: group } };
  await t.sql("UPDATE catalogues SET definition = $2, version = version + 1 WHERE organization_id = $1", [
    acme.organizationId,
    serialiseCatalogue(parseCatalogue(definition)),
  ]);
  const roleIds: string[] = [];
  for (const permissions of roles)
    roleIds.push(await t.role(acme, { name: `Role ${t.deps.ids.next()}`, permissions }));
  const ids: string[] = [];
  for (const { isSuspended, grants } of people) {
    const held = Object.entries(grants).flatMap(([role, isOver]) => {
      const id = role === "owner" ? acme.roles.owner : roleIds[Number(role)];
      return id === undefined ? [] : [{ id, isOver: isOver && role !== "owner" }];
    });
    const status = isSuspended ? "suspended" : "active";
    const { userId } = await t.user(acme, { roles: held.map(({ id }) => id), status });
    const over = held.flatMap(({ id, isOver }) => (isOver ? [id] : []));
    await t.sql(
      "UPDATE user_roles SET expires_at = $4 WHERE organization_id = $1 AND user_id = $2 AND role_id = ANY($3)",
      [acme.organizationId, userId, over, t.clock.now()],
    );
    ids.push(userId);
  }
  return ids;
}

async function post(path: string, payload: object) {
  const headers = { authorization: `Bearer ${key}` };
  const response = await t.app.inject({ method: "POST", url: `/access/v1/${path}`, headers, payload });
  expect(response.statusCode).toBe(200);
  return response.json();
}

/** The decisions that a semantic returns. */
function cut(all: readonly boolean[], semantic: (typeof semantics)[number]): readonly boolean[] {
  if (semantic === "execute_all") return all;
  const end = all.indexOf(semantic === "permit_on_first_permit");
  return end === -1 ? all : all.slice(0, end + 1);
}

test("evaluations, batches in all semantics, and searches agree with the model", async () => {
  const resource = { type: "organization", id: acme.organizationId };
  await fc.assert(
    fc.asyncProperty(anyFixture, async (fixture) => {
      const ids = await build(fixture);
      const createSubject = (person: number) => ({ type: "user", id: ids[person % ids.length] ?? "" });
      const expected = fixture.checks.map(([person, name]) => model(fixture, person, name));
      const evaluations = fixture.checks.map(([person, name]) => ({
        subject: createSubject(person),
        action: { name },
      }));
      for (const [at, evaluation] of evaluations.entries())
        expect((await post("evaluation", { ...evaluation, resource })).decision).toBe(expected[at]);
      for (const semantic of semantics) {
        const response = await post("evaluations", {
          resource,
          evaluations,
          options: { evaluations_semantic: semantic },
        });
        expect(response.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual(
          cut(expected, semantic),
        );
      }
      for (const [person] of ids.entries()) {
        const { results } = await post("search/action", { subject: createSubject(person), resource });
        const found = new Set(results.map(({ name }: { name: string }) => name));
        expect(names.filter((name) => found.has(name))).toEqual(
          names.filter((name) => model(fixture, person, name)),
        );
      }
      const search = {
        subject: { type: "user" },
        action: { name: "one:a" },
        resource,
        page: { limit: 1000 },
      };
      const holders = new Set(
        (await post("search/subject", search)).results.map(({ id }: { id: string }) => id),
      );
      expect(ids.map((id) => holders.has(id))).toEqual(ids.map((_, at) => model(fixture, at, "one:a")));
    }),
    { numRuns: rounds(25) },
  );
});
