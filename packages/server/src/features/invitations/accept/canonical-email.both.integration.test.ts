import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../../test/factories.ts";
import {
  acceptWithNewAccount,
  invite,
  inviteAll,
  inviteAndGetToken,
  validPassword,
} from "../../../../test/invitations.ts";
import { runConcurrently } from "../../../../test/run-concurrently.ts";

let t: TestApp;
let acme: TestOrganization;
let lodos: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
  lodos = await t.organization("Lodos");
});
afterAll(() => t.close());

const signIn = (email: string) => t.anonymous.post("/sessions", { email, password: validPassword });
const findAccounts = (email: string) =>
  t.sql("SELECT account_id AS id, email FROM accounts WHERE email = $1", [email]);

test.each([
  ["user@m\u00FCnchen.example", "user@xn--mnchen-3ya.example"],
  ["user@\uFB01rma.example", "user@firma.example"],
  ["\u200Bfirst@acme.example", "first@acme.example"],
  ["İRMAK@x.example", "irmak@x.example"],
])("invites %j, sends to %s, and signs in with both spellings", async (typed, canonical) => {
  const token = await inviteAndGetToken(t, acme, typed);
  await t.drainOutbox();
  expect(t.mailbox.messages.at(-1)?.to).toBe(canonical);
  expect((await acceptWithNewAccount(t, token)).json()).toMatchObject({ user: { email: canonical } });
  for (const spelling of [typed, canonical, typed.toUpperCase()])
    expect((await signIn(spelling)).json()).toMatchObject({ user: { email: canonical } });
  const again = await inviteAll(t, acme, { emails: [typed, canonical] });
  expect(again.map(({ status }) => status)).toEqual(["already-user", "refused"]);
});

test("two spellings of a mailbox have one pending invitation", async () => {
  const first = await invite(t, acme, "one@k\u00F6ln.example");
  const second = await invite(t, acme, "one@xn--kln-sna.example");
  expect(second.id).toBe(first.id);
});

test("accepting two spellings concurrently creates one account", async () => {
  const tokens = [
    await inviteAndGetToken(t, acme, "both@z\u00FCrich.example"),
    await inviteAndGetToken(t, lodos, "both@xn--zrich-kva.example"),
  ];
  const outcomes = await runConcurrently(2, (index) => acceptWithNewAccount(t, tokens[index] ?? ""));
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([201, 409]);
  expect(await findAccounts("both@xn--zrich-kva.example")).toHaveLength(1);
});

test("rejects an address with an invisible character and names the character", async () => {
  const [result] = await inviteAll(t, acme, { emails: ["ow\u200Bner@acme.example"] });
  expect(result).toMatchObject({ status: "invalid", detail: expect.stringContaining("U+200B") });
});

test("an allowed domain is stored in its canonical spelling", async () => {
  const { organizationId, owner } = await t.organization("M\u00FCnchen");
  const path = `/organizations/${organizationId}`;
  const { headers } = await t.as(owner).get(path);
  const saved = await t
    .as(owner)
    .patch(path, { allowedEmailDomains: ["M\u00DCNCHEN.example"] }, { "if-match": String(headers.etag) });
  expect(saved.json()).toMatchObject({ allowedEmailDomains: ["xn--mnchen-3ya.example"] });
});
