/** An invitation doesn't bypass the second factor of the invited account. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../../test/factories.ts";
import { acceptWithNewAccount, getInvitationState, inviteAndGetToken } from "../../../../test/invitations.ts";
import {
  type Authenticator,
  addAuthenticator,
  enterFactor,
  openChallenge,
  readCookies,
} from "../../../../test/second-factors.ts";

let t: TestApp;
let lodos: TestOrganization;
let ada: TestUser;
let app: Authenticator;
let token: string;
beforeAll(async () => {
  t = await createTestApp();
  lodos = await t.organization("Lodos Retail");
  ada = await t.user(await t.organization(), { email: "ada@x.example" });
  app = await addAuthenticator(t, ada);
  token = await inviteAndGetToken(t, lodos, ada.email);
});
afterAll(() => t.close());

const accept = (cookie: string) =>
  t.anonymous.post("/invitations/accept", { token }, { cookie, origin: testOrigin });

test("the password alone accepts nothing: the challenge's cookie is no session, and the link creates no other account", async () => {
  const { cookie } = await openChallenge(t, ada);
  const before = await getInvitationState(t);
  expect((await accept(cookie)).json()).toMatchObject({ status: 409, code: "invitations/sign-in-first" });
  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({ code: "invitations/sign-in-first" });
  expect(await getInvitationState(t)).toEqual(before);
});

test("after the second factor the account joins, and its new session has passed the factor where the organization requires two", async () => {
  await t.sql(
    "UPDATE organizations SET require_two_factor_since = now() - interval '1 year', two_factor_grace_days = 0 WHERE organization_id = $1",
    [lodos.organizationId],
  );
  const { cookie } = await openChallenge(t, ada);
  const entered = await enterFactor(t, cookie, { code: app.code() });
  expect(entered.statusCode).toBe(201);
  const joined = await accept(readCookies(entered));
  expect(joined.statusCode).toBe(201);
  const session = { cookie: readCookies(joined) };
  expect((await t.anonymous.get(`/organizations/${lodos.organizationId}/roles`, session)).statusCode).toBe(
    200,
  );
  expect(
    await t.sql("SELECT method, two_factor FROM sessions WHERE account_id = $1", [ada.accountId]),
  ).toEqual([{ method: "totp", two_factor: true }]);
});
