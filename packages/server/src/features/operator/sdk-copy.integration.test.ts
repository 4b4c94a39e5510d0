/** A connected SDK denies everything while its organization is closed, at once, and loads it again afterwards. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";
import { rounds } from "../../../test/rounds.ts";

let t: TestApp;
let steps: ReturnType<typeof createOperatorSteps>;
let url: string;
beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  steps = createOperatorSteps(t);
  url = await t.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => t.close());

const soon = (condition: () => boolean) => expect.poll(condition, { timeout: 4_000, interval: 5 }).toBe(true);

test("can() is false as soon as the organization is suspended or deleted, and true again afterwards", async () => {
  const acme = await t.organization();
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const { key: apiKey } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  // The copy stays fresh: no check asks the server within the test.
  const gatehouse = createGatehouse({ url, apiKey, permissions: exampleCatalogue, maxStaleness: 60_000 });
  const can = () => gatehouse.can(viewer.userId, "campaigns:view");
  try {
    await gatehouse.ready();
    expect(can()).toBe(true);
    for (let round = 0; round < rounds(8); round += 1) {
      await steps.edit(acme.organizationId, { status: "suspended" });
      await soon(() => !can());
      await steps.edit(acme.organizationId, { status: "active" });
      await soon(can);
    }
    await steps.delete(acme.organizationId);
    await soon(() => !can());
    await steps.restore(acme.organizationId);
    await soon(can);
  } finally {
    gatehouse.close();
  }
});

test("an SDK that starts while it is suspended is ready, denies everything, and follows", async () => {
  const acme = await t.organization();
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const { key: apiKey } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  await steps.edit(acme.organizationId, { status: "suspended" });
  const gatehouse = createGatehouse({ url, apiKey, permissions: exampleCatalogue, maxStaleness: 60_000 });
  try {
    await gatehouse.ready();
    expect(gatehouse.can(viewer.userId, "campaigns:view")).toBe(false);
    await steps.edit(acme.organizationId, { status: "active" });
    await soon(() => gatehouse.can(viewer.userId, "campaigns:view"));
  } finally {
    gatehouse.close();
  }
});
