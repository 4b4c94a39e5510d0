import { hash, verify } from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestUser } from "../../../test/factories.ts";
import { addAuthenticator, openChallenge } from "../../../test/second-factors.ts";
import { createPasswords } from "../accounts/index.ts";

/** The parameters of each verified hash, without salt and value. */
const compared: string[] = [];
let visits = 0;
let before = 0;
let t: TestApp;
let known: TestUser;
let withFactor: TestUser;

beforeAll(async () => {
  const counted: typeof verify = (stored, ...rest) => {
    before = visits;
    compared.push(String(stored).split("$").slice(0, 4).join("$"));
    return verify(stored, ...rest);
  };
  t = await createTestApp({ passwords: createPasswords(1, 64, { hash, verify: counted }) });
  const acme = await t.organization();
  known = await t.user(acme, { roles: ["viewer"] });
  withFactor = await t.user(acme, { roles: ["viewer"] });
  await addAuthenticator(t, withFactor);
  await openChallenge(t, withFactor); // the owner is at the second step
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
  ["an unknown address", () => null],
  ["a wrong password", () => known],
  ["a wrong password of an account with a second factor", () => withFactor],
])("does the same work to reject %s, with the same response", async (_, get) => {
  const user = get();
  const response = await t.anonymous.post("/sessions", {
    email: user?.email ?? "nobody@example.test",
    password: "wrong horse battery staple",
  });
  expect(response.json()).toMatchObject({ status: 401, code: "auth/wrong-credentials" });
  expect(response.headers["set-cookie"]).toBeUndefined();
  // Doesn't wait for work after the verification.
  expect({ compared, before }).toEqual({ compared: ["$argon2id$v=19$m=19456,t=2,p=1"], before: 1 });
  if (user !== null) await untilRecorded(user);
});

/** A failure of a known account is recorded after the response. */
async function untilRecorded({ userId }: TestUser): Promise<void> {
  await vi.waitFor(async () =>
    expect(
      await t.sql("SELECT 1 FROM audit_events WHERE action = 'sessions.sign-in-failed' AND target_id = $1", [
        userId,
      ]),
    ).toHaveLength(1),
  );
}
