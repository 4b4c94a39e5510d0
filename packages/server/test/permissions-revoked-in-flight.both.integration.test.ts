/** Every way to revoke access between the headers and the body of a request. */
import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import { exampleCatalogue } from "@gatehouse/access/example";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import {
  asOwner,
  buildRequest,
  createScenario,
  editActor,
  organizationPath,
  removeActor,
  type Scenario,
  sendHeaders,
  sendRequest,
} from "./delayed-body.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

const readers = { name: "Readers", permissions: ["campaigns:view"] };

/** Ways to revoke access, and the resulting error codes. */
const revocations: Readonly<
  Record<
    string,
    {
      readonly as: "user" | "api-key";
      readonly revoke: (scenario: Scenario) => Promise<unknown>;
      readonly code: string;
    }
  >
> = {
  "session ended": {
    as: "user",
    revoke: (scenario) =>
      asOwner(t, scenario).delete(`${organizationPath(scenario)}/users/${scenario.actor.userId}/sessions`),
    code: "auth/required",
  },
  "signed out everywhere": {
    as: "user",
    revoke: ({ actor }) => t.as(actor).delete("/sessions"),
    code: "auth/required",
  },
  suspended: {
    as: "user",
    revoke: (scenario) => editActor(t, scenario, { status: "suspended" }),
    code: "auth/required",
  },
  "role removed": {
    as: "user",
    revoke: (scenario) => editActor(t, scenario, { roleIds: [scenario.acme.roles.viewer] }),
    code: "forbidden/permission",
  },
  "key's creator demoted": {
    as: "api-key",
    revoke: (scenario) => editActor(t, scenario, { roleIds: [scenario.acme.roles.viewer] }),
    code: "forbidden/permission",
  },
  "key's creator removed": {
    as: "api-key",
    revoke: (scenario) => removeActor(t, scenario),
    code: "forbidden/permission",
  },
  "key expired": {
    as: "api-key",
    revoke: ({ apiKey }) =>
      t.sql("UPDATE api_keys SET expires_at = $1 WHERE api_key_id = $2", [t.clock.now(), apiKey.apiKeyId]),
    code: "auth/expired-key",
  },
};

test.each(Object.entries(revocations))(
  "%s before the body arrived: creates no role",
  async (_, revocation) => {
    const scenario = await createScenario(t);
    const apiKey = await t.apiKey(scenario.acme, { permissions: null, createdBy: scenario.actor });
    const ownScenario = { ...scenario, apiKey };
    const request = await buildRequest(
      t,
      ownScenario,
      { endpoint: contract.createRole, body: () => readers },
      revocation.as,
    );
    const pending = await sendHeaders(t, request);
    await revocation.revoke(ownScenario);
    const before = await readDatabaseState(t);
    const response = await pending.sendBody();
    expect(response.code).toBe(revocation.code);
    expect(response).toEqual(await sendRequest(t, request));
    expect(await readDatabaseState(t)).toEqual(before);
  },
);

test("uses the current permissions of a role that changed before the body arrived", async () => {
  const scenario = await createScenario(t);
  const { acme } = scenario;
  const roleId = await t.role(acme, { name: "Makers", permissions: ["roles:create", "campaigns:view"] });
  const actor = await t.user(acme, { roles: [roleId] });
  const row = { endpoint: contract.createRole, body: () => readers };
  const request = await buildRequest(t, { ...scenario, actor }, row, "user");
  const pending = await sendHeaders(t, request);
  const narrowed = { permissions: ["roles:create"] };
  const edited = await asOwner(t, scenario).patch(`${organizationPath(scenario)}/roles/${roleId}`, narrowed, {
    "if-match": '"1"',
  });
  expect(edited.statusCode).toBe(200);
  const before = await readDatabaseState(t);
  expect((await pending.sendBody()).code).toBe("forbidden/grant-ceiling");
  expect(await readDatabaseState(t)).toEqual(before);
});

test("doesn't return a stored response for an Idempotency-Key to a removed user", async () => {
  const scenario = await createScenario(t);
  const request = await buildRequest(
    t,
    scenario,
    { endpoint: contract.createRole, body: () => readers },
    "user",
  );
  const again = { ...request, headers: { ...request.headers, "idempotency-key": "once" } };
  expect((await sendRequest(t, again)).status).toBe(201);
  const pending = await sendHeaders(t, again);
  await removeActor(t, scenario);
  expect((await pending.sendBody()).code).toBe("auth/required");
});

test("accepts a catalogue change that removes permissions from the caller's own role", async () => {
  const scenario = await createScenario(t);
  const { acme } = scenario;
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
  const response = await sendRequest(t, await buildRequest(t, { ...scenario, actor }, row, "user"));
  expect(response).toEqual({ status: 200, code: null });
});
