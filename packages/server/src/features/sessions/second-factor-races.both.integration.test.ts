/** The same proof, or several, at the same moment. */
import { expect, test } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createSignInTest } from "../../../test/create-sign-in-test.ts";
import type { TestApp } from "../../../test/create-test-app.ts";
import type { TestUser } from "../../../test/factories.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import {
  type Authenticator,
  addAuthenticator,
  addRecoveryCodes,
  enterFactor,
  openChallenge,
} from "../../../test/second-factors.ts";

let t: TestApp;
let ada: TestUser;
let app: Authenticator;

createSignInTest(async (test) => {
  ({ t, ada } = test);
  app = await addAuthenticator(t, ada);
});

const readSessions = () =>
  t.sql("SELECT method, two_factor FROM sessions WHERE account_id = $1 ORDER BY created_at", [ada.accountId]);

/** The statuses of concurrent requests. */
async function runAtOnce(
  count: number,
  send: (index: number) => Promise<ApiResponse>,
): Promise<readonly number[]> {
  const results = await runConcurrently(count, send);
  return results.map((result) => (result.status === "fulfilled" ? result.value.statusCode : 0));
}

test.each([
  ["five times at once in five sign-ins", 5, 5],
  ["five times at once in one sign-in", 5, 1],
])("a code that is entered %s opens one session", async (_, count, challenges) => {
  const cookies: string[] = [];
  for (let opened = 0; opened < challenges; opened += 1) cookies.push((await openChallenge(t, ada)).cookie);
  const code = app.code();
  const statuses = await runAtOnce(count, (index) =>
    enterFactor(t, cookies[index % challenges] ?? "", { code }),
  );
  expect(statuses.toSorted()).toEqual([201, 401, 401, 401, 401]);
  expect(await readSessions()).toHaveLength(1);
});

test("a recovery code that is entered ten times at once opens one session", async () => {
  const [code = ""] = await addRecoveryCodes(t, ada);
  const cookies: string[] = [];
  for (let opened = 0; opened < 10; opened += 1) cookies.push((await openChallenge(t, ada)).cookie);
  const statuses = await runAtOnce(10, (index) =>
    enterFactor(t, cookies[index] ?? "", { recoveryCode: code }),
  );
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(new Set(statuses)).toEqual(new Set([201, 401]));
  expect(await readSessions()).toEqual([{ method: "recovery-code", two_factor: true }]);
});

test("several recovery codes that are entered at once are counted one after the other", async () => {
  const codes = await addRecoveryCodes(t, ada);
  const cookies: string[] = [];
  for (let opened = 0; opened < 5; opened += 1) cookies.push((await openChallenge(t, ada)).cookie);
  const statuses = await runAtOnce(5, (index) =>
    enterFactor(t, cookies[index] ?? "", { recoveryCode: codes[index] }),
  );
  expect(statuses).toEqual([201, 201, 201, 201, 201]);
  const events = await t.sql(
    "SELECT changes->0->'after' AS left FROM audit_events WHERE action = 'accounts.recovery-code-used' AND actor_id = $1",
    [ada.userId],
  );
  expect(events.map(({ left }) => Number(left)).toSorted()).toEqual([5, 6, 7, 8, 9]);
});
