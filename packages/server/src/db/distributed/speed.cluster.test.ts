/** How long requests take, one after the other. On a Citus cluster by `scripts/distributed/check.mjs`, on one PostgreSQL by `npx vitest run --project cluster speed`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let users: readonly TestUser[];
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
  users = await t.users(
    acme,
    Array.from({ length: 500 }, () => ({ roles: ["viewer"] })),
  );
  key = (await t.apiKey(acme, { permissions: null })).key;
});
afterAll(() => t.close());

/** Milliseconds of a request, one after the other: the median and the 99th percentile. */
async function measure(send: (turn: number) => PromiseLike<{ readonly statusCode: number }>, status: number) {
  const times: number[] = [];
  for (let turn = -10; turn < 100; turn += 1) {
    const startedAt = performance.now();
    expect((await send(turn)).statusCode).toBe(status);
    if (turn >= 0) times.push(performance.now() - startedAt);
  }
  times.sort((one, other) => one - other);
  const at = (part: number) => Number((times[Math.floor(times.length * part)] ?? 0).toFixed(1));
  return { p50: at(0.5), p99: at(0.99) };
}

test("requests succeed, and their times are printed", async () => {
  const base = `/organizations/${acme.organizationId}`;
  const program = t.withKey(key);
  const [first] = users;
  const rows = {
    check: await measure(
      () =>
        t.app.inject({
          method: "POST",
          url: "/access/v1/evaluation",
          headers: { authorization: `Bearer ${key}` },
          payload: {
            subject: { type: "user", id: first?.userId },
            action: { name: "users:view" },
            resource: { type: "organization", id: acme.organizationId },
          },
        }),
      200,
    ),
    "list of users": await measure(() => program.get(`${base}/users`), 200),
    "search for users": await measure(() => program.get(`${base}/users?query=person`), 200),
    "new user": await measure(
      (turn) => program.post(`${base}/users`, { name: "New", email: `new-${turn}@example.test` }),
      201,
    ),
    invitation: await measure(
      (turn) =>
        program.post(`${base}/invitations`, {
          invitations: [{ email: `invited-${turn}@example.test`, roleIds: [acme.roles.viewer] }],
        }),
      200,
    ),
  };
  console.table(rows);
});
