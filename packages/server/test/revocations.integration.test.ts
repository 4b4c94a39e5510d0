/** Two servers and two panels' processes on one database: a role that is taken is nobody's yes for long. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { type ServedProgram, startServing } from "./program.ts";
import { revokeAll } from "./revoke-all.ts";

const count = 200; // `npm run bench -- revocations` takes ten thousand
const maxStaleness = 5_000;

let t: TestApp;
const servers: ServedProgram[] = [];

beforeAll(async () => {
  t = await createTestApp();
  for (const _ of [1, 2]) servers.push(await startServing(t.url ?? ""));
});
afterAll(async () => {
  for (const { stop } of servers) await stop();
  await t.close();
});

test(`${count} revocations reach two panels through two servers at once, and none is ever late`, {
  timeout: 60_000 + count * 100,
}, async () => {
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: null });
  const wishes = Array.from({ length: count }, () => ({ roles: ["campaign-approver"] }));
  const people = (await t.users(acme, wishes)).map(({ userId }) => userId);
  const urls = servers.map(({ url }) => url);
  const { organizationId } = acme;
  const arrivals = await revokeAll({ servers: urls, organizationId, key, people, atOnce: 4 });
  expect(arrivals).toHaveLength(2 * count);
  expect(arrivals.filter((late) => late > maxStaleness)).toEqual([]);
  const median = arrivals.toSorted((one, other) => one - other)[count] ?? 0;
  expect(median).toBeLessThan(900); // a look would come after a second; word between the servers comes at once
});
