import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestUser } from "../../../test/factories.ts";

const rounds = 40;
let t: TestApp;
let ada: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  ada = (await t.organization()).owner;
});
afterAll(() => t.close());

async function timeOf(email: string): Promise<number> {
  await t.sql("DELETE FROM throttles");
  const start = performance.now();
  const answer = await t.anonymous.post("/sessions", { email, password: "wrong horse battery staple" });
  const took = performance.now() - start;
  expect(answer.statusCode).toBe(401);
  return took;
}

// Other work on the machine only ever adds time, to either: the quickest of many tries is what the server itself takes.
test("takes as long to refuse an unknown address as a wrong password, within 5 ms", async () => {
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    known.push(await timeOf(ada.email));
    unknown.push(await timeOf(`nobody-${round}@example.test`));
  }
  expect(Math.abs(Math.min(...known) - Math.min(...unknown))).toBeLessThan(5);
});

test("goes to the database as often for an unknown address as for a wrong password", async () => {
  let visits = 0;
  t.engine.pool.on("acquire", () => {
    visits += 1;
  });
  const visitsFor = async (email: string): Promise<number> => {
    const before = visits;
    await t.anonymous.post("/sessions", { email, password: "wrong horse battery staple" });
    return visits - before;
  };
  expect(await visitsFor("nobody@example.test")).toBe(2);
  expect(await visitsFor(ada.email)).toBe(2);
});
