import { hash, verify } from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { createPasswords } from "../accounts/index.ts";

/** The parameters of each verified hash, without salt and value. */
const compared: string[] = [];
let visits = 0;
let before = 0;
let t: TestApp;
let known: string;

beforeAll(async () => {
  const counted: typeof verify = (stored, ...rest) => {
    before = visits;
    compared.push(String(stored).split("$").slice(0, 4).join("$"));
    return verify(stored, ...rest);
  };
  t = await createTestApp({ passwords: createPasswords(1, 64, { hash, verify: counted }) });
  known = (await t.organization()).owner.email;
  t.engine.pool.on("acquire", () => {
    visits += 1;
  });
});
beforeEach(() => {
  compared.length = 0;
  visits = 0;
});
afterAll(() => t.close());

// Counts the work instead of measuring time, which would depend on the machine.
test.each([
  ["an unknown address", () => "nobody@example.test"],
  ["a wrong password", () => known], // last: a failure of a known account is recorded after the response
])("does the same work to reject %s", async (_, email) => {
  const { statusCode } = await t.anonymous.post("/sessions", {
    email: email(),
    password: "wrong horse battery staple",
  });
  expect(statusCode).toBe(401);
  // Doesn't wait for work after the verification.
  expect({ compared, before }).toEqual({ compared: ["$argon2id$v=19$m=19456,t=2,p=1"], before: 1 });
});
