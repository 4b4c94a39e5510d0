/** Revocations through two servers reach the replicas of two panel processes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { measureRevocations } from "./measure-revocations.ts";
import { type RunningServer, startServer } from "./program.ts";

const count = 200; // `npm run bench -- revocations` takes ten thousand
const maxStaleness = 5_000;

let t: TestApp;
const servers: RunningServer[] = [];

beforeAll(async () => {
  t = await createTestApp();
  for (const _ of [1, 2]) servers.push(await startServer(t.url ?? ""));
});
afterAll(async () => {
  for (const { stop } of servers) await stop();
  await t.close();
});

test(`${count} revocations reach two panels through two servers within maxStaleness`, {
  timeout: 60_000 + count * 100,
}, async () => {
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: null });
  const users = Array.from({ length: count }, () => ({ roles: ["campaign-approver"] }));
  const userIds = (await t.users(acme, users)).map(({ userId }) => userId);
  const urls = servers.map(({ url }) => url);
  const { organizationId } = acme;
  const delays = await measureRevocations({ servers: urls, organizationId, key, userIds, concurrency: 4 });
  expect(delays).toHaveLength(2 * count);
  expect(delays.filter((delay) => delay > maxStaleness)).toEqual([]);
  const median = delays.toSorted((one, other) => one - other)[count] ?? 0;
  expect(median).toBeLessThan(900); // polling takes up to a second; notifications are immediate
});
