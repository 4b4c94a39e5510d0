import { expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { createSetupLink } from "./index.ts";

const password = "seven green copper gates";

async function newToken(t: TestApp): Promise<string> {
  return (await createSetupLink(t.deps))?.split("#")[1] ?? "";
}

test("creates one organization in eight concurrent set-ups with two links", async () => {
  const t = await createTestApp();
  const tokens = [await newToken(t), await newToken(t)];
  const outcomes = await runConcurrently(8, (index) =>
    t.anonymous.post("/setup", {
      token: tokens[index % 2],
      organization: `Organization ${index}`,
      name: "Ada Lovelace",
      email: `owner-${index}@example.test`,
      password,
    }),
  );
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([201, 410, 410, 410, 410, 410, 410, 410]);
  const count =
    "SELECT (SELECT count(*)::int FROM organizations) AS o, (SELECT count(*)::int FROM accounts) AS a";
  expect(await t.sql(count)).toEqual([{ o: 1, a: 1 }]);
  await t.close();
});

test("throttles wrong set-up tokens", async () => {
  const t = await createTestApp();
  const token = await newToken(t);
  const body = { organization: "Acme", name: "Ada", email: "ada@example.test", password };
  const statuses: number[] = [];
  for (let guess = 0; guess < 31; guess += 1)
    statuses.push((await t.anonymous.post("/setup", { ...body, token: `guess ${guess}` })).statusCode);
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 404), 429]);
  expect((await t.anonymous.post("/setup", { ...body, token })).statusCode).toBe(201);
  await t.close();
});
