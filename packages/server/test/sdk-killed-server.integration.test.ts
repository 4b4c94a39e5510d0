/** The server process is killed while a program uses its replica. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { type RunningServer, startServer } from "./program.ts";

let t: TestApp;
let port: number;
let server: RunningServer;

beforeAll(async () => {
  t = await createTestApp();
  port = await freePort();
  server = await startServer(t.url ?? "", port);
});
afterAll(async () => {
  await server.stop();
  await t.close();
});

test("a replica denies after maxStaleness when the server is killed, and recovers with the next server", async () => {
  const acme = await t.organization();
  const { organizationId } = acme;
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  const { key } = await t.apiKey(acme, { permissions: null });
  const maxStaleness = 500;
  const options = { url: server.url, apiKey: key, organizationId, permissions: exampleCatalogue };
  const gatehouse = createGatehouse({ ...options, maxStaleness });
  try {
    await gatehouse.ready();
    const canApprove = () => gatehouse.can(person.userId, "campaigns:approve");
    await expect.poll(canApprove, { timeout: 10_000, interval: 5 }).toBe(true);
    server.child.kill("SIGKILL");
    const killedAt = performance.now();
    let lastYes = 0;
    const watching = setInterval(() => {
      const askedAt = performance.now();
      if (canApprove()) lastYes = askedAt - killedAt;
    }, 2);
    onTestFinished(() => clearInterval(watching));
    // Through another process, which the replica isn't connected to.
    const path = `/organizations/${organizationId}/users/${person.userId}`;
    const taken = await t.as(acme.owner).patch(path, { roleIds: [] }, { "if-match": '"1"' });
    expect(taken.statusCode).toBe(200);
    await expect.poll(canApprove, { timeout: 10_000, interval: 5 }).toBe(false);
    expect(await gatehouse.check(acme.owner.userId, "campaigns:approve")).toBe(false);
    server = await startServer(t.url ?? "", port);
    const owner = () => gatehouse.can(acme.owner.userId, "campaigns:approve");
    await expect.poll(owner, { timeout: 10_000, interval: 5 }).toBe(true);
    expect(canApprove()).toBe(false);
    expect(lastYes).toBeLessThanOrEqual(maxStaleness);
  } finally {
    gatehouse.close();
  }
});
