/** Each way in which rights are taken away between the headers of a request and its body. */
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { askAtOnce, asked, byOwner, createWorld, edit, here, remove, type World } from "./held-world.ts";
import { holdBody } from "./hold-body.ts";
import { stateOf } from "./state-of.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

const readers = { name: "Readers", permissions: ["campaigns:view"] };

/** What can be taken away, and what becomes of a write that rests on it. */
const losses: Readonly<
  Record<
    string,
    {
      readonly as: "user" | "api-key";
      readonly take: (world: World) => Promise<unknown>;
      readonly code: string;
    }
  >
> = {
  "session ended": {
    as: "user",
    take: (world) => byOwner(t, world).delete(`${here(world)}/users/${world.actor.userId}/sessions`),
    code: "auth/required",
  },
  "signed out everywhere": {
    as: "user",
    take: ({ actor }) => t.as(actor).delete("/sessions"),
    code: "auth/required",
  },
  suspended: {
    as: "user",
    take: (world) => edit(t, world, { status: "suspended" }),
    code: "auth/required",
  },
  "role taken away": {
    as: "user",
    take: (world) => edit(t, world, { roleIds: [world.acme.roles.viewer] }),
    code: "forbidden/permission",
  },
  "key's creator demoted": {
    as: "api-key",
    take: (world) => edit(t, world, { roleIds: [world.acme.roles.viewer] }),
    code: "forbidden/permission",
  },
  "key's creator removed": { as: "api-key", take: (world) => remove(t, world), code: "forbidden/permission" },
  "key expired": {
    as: "api-key",
    take: ({ apiKey }) =>
      t.sql("UPDATE api_keys SET expires_at = $1 WHERE api_key_id = $2", [t.clock.now(), apiKey.apiKeyId]),
    code: "auth/expired-key",
  },
};

test.each(Object.entries(losses))("%s while the body was on its way: no role is made", async (_, loss) => {
  const world = await createWorld(t);
  const apiKey = await t.apiKey(world.acme, { permissions: null, createdBy: world.actor });
  const itsWorld = { ...world, apiKey };
  const request = await asked(t, itsWorld, { endpoint: contract.createRole, body: () => readers }, loss.as);
  const held = await holdBody(t, request);
  await loss.take(itsWorld);
  const before = await stateOf(t);
  const answer = await held.send();
  expect(answer.code).toBe(loss.code);
  expect(answer).toEqual(await askAtOnce(t, request));
  expect(await stateOf(t)).toEqual(before);
});

test("a role that was narrowed while the body was on its way gives only what it gives now", async () => {
  const world = await createWorld(t);
  const { acme } = world;
  const roleId = await t.role(acme, { name: "Makers", permissions: ["roles:create", "campaigns:view"] });
  const actor = await t.user(acme, { roles: [roleId] });
  const row = { endpoint: contract.createRole, body: () => readers };
  const request = await asked(t, { ...world, actor }, row, "user");
  const held = await holdBody(t, request);
  const narrowed = { permissions: ["roles:create"] };
  const edited = await byOwner(t, world).patch(`${here(world)}/roles/${roleId}`, narrowed, {
    "if-match": '"1"',
  });
  expect(edited.statusCode).toBe(200);
  const before = await stateOf(t);
  expect((await held.send()).code).toBe("forbidden/grant-ceiling");
  expect(await stateOf(t)).toEqual(before);
});

test("an answer that was kept for an Idempotency-Key isn't given to somebody who was removed", async () => {
  const world = await createWorld(t);
  const request = await asked(t, world, { endpoint: contract.createRole, body: () => readers }, "user");
  const again = { ...request, headers: { ...request.headers, "idempotency-key": "once" } };
  expect((await askAtOnce(t, again)).status).toBe(201);
  const held = await holdBody(t, again);
  await remove(t, world);
  expect((await held.send()).code).toBe("auth/required");
});

test("who takes permissions from a role of their own by changing the catalogue isn't taken for somebody else", async () => {
  const world = await createWorld(t);
  const { acme } = world;
  const reports = exampleCatalogue.permissions.filter((name) => name.startsWith("reports:"));
  const own = { name: "Integrators", permissions: ["organization:edit", ...reports] };
  const actor = await t.user(acme, { roles: [await t.role(acme, own)] });
  const groups = JSON.parse(serialiseCatalogue(exampleCatalogue)) as readonly { readonly key: string }[];
  const row = {
    endpoint: contract.putPermissions,
    query: `?drop=${reports.join(",")}`,
    body: () => groups.filter(({ key }) => key !== "reports"),
  };
  expect(reports.length).toBeGreaterThan(0);
  const answer = await askAtOnce(t, await asked(t, { ...world, actor }, row, "user"));
  expect(answer).toEqual({ status: 200, code: null });
});
