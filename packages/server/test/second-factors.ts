/** Second factors for tests. */

import { sealTotpSecret } from "../src/features/second-factors/accept-factor.ts";
import { replaceRecoveryCodes } from "../src/features/second-factors/recovery-codes.ts";
import { computeTotpCode, createTotpSecret, getTotpStep } from "../src/features/second-factors/totp.ts";
import type { ApiResponse } from "./api-client.ts";
import { type TestApp, testOrigin } from "./create-test-app.ts";
import type { TestUser } from "./factories.ts";

/** The password of all accounts that the factories create. */
export const factoryPassword = "correct horse battery staple";

/** An authenticator app of an account. */
export interface Authenticator {
  /** The code that it shows now, or `steps` of 30 seconds later. */
  readonly code: (steps?: number) => string;
}

/** The app that has this secret. */
export function createAuthenticator({ clock }: Pick<TestApp, "clock">, secret: string): Authenticator {
  return { code: (steps = 0) => computeTotpCode(secret, getTotpStep(clock.now()) + steps) };
}

/** Adds an authenticator app to an account that has none, directly in the database. */
export async function addAuthenticator(
  t: TestApp,
  { accountId }: Pick<TestUser, "accountId">,
  {
    secret = createTotpSecret(),
    isConfirmed = true,
  }: { readonly secret?: string; readonly isConfirmed?: boolean } = {},
): Promise<Authenticator> {
  const now = t.clock.now();
  await t.sql(
    `INSERT INTO account_totp (account_id, secret, created_at, enabled_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [accountId, sealTotpSecret(t.deps.secrets, accountId, secret), now, isConfirmed ? now : null],
  );
  return createAuthenticator(t, secret);
}

/** Creates ten recovery codes, directly in the database. */
export function addRecoveryCodes(t: TestApp, { accountId }: Pick<TestUser, "accountId">): Promise<string[]> {
  return t.db.shared((tx) => replaceRecoveryCodes(t.deps, tx, accountId));
}

/** The cookies that a response sets, for the next request: `name=value; name=value`. Deleted ones are left out. */
export function readCookies(response: ApiResponse): string {
  return [response.headers["set-cookie"]]
    .flat()
    .map((cookie) => String(cookie ?? ""))
    .filter((cookie) => cookie !== "" && !cookie.includes("Max-Age=0"))
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** Enters the password of an account with a second factor. Returns the response and the challenge's cookie. */
export async function openChallenge(
  t: TestApp,
  { email }: Pick<TestUser, "email">,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly response: ApiResponse; readonly cookie: string }> {
  const response = await t.anonymous.post("/sessions", { email, password: factoryPassword }, headers);
  if (response.statusCode !== 200) throw new Error(response.body);
  return { response, cookie: readCookies(response) };
}

/** Sends the second factor. */
export function enterFactor(
  t: TestApp,
  cookie: string,
  proof: Readonly<Record<string, unknown>>,
): Promise<ApiResponse> {
  return t.anonymous.post("/sessions/second-factor", proof, { cookie, origin: testOrigin });
}
