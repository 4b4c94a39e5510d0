import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { acceptAsNewcomer, goodPassword, invite, inviteAll, inviteForToken } from "../../../test/inviting.ts";
import { raceTogether } from "../../../test/race-together.ts";

let t: TestApp;
let acme: TestOrganization;
let lodos: TestOrganization;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
  lodos = await t.organization("Lodos");
});
afterAll(() => t.close());

const signIn = (email: string) => t.anonymous.post("/sessions", { email, password: goodPassword });
const accountsOf = (email: string) =>
  t.sql("SELECT account_id AS id, email FROM accounts WHERE email = $1", [email]);

test.each([
  ["user@m\u00FCnchen.example", "user@xn--mnchen-3ya.example"],
  ["user@\uFB01rma.example", "user@firma.example"],
  ["\u200Bfirst@acme.example", "first@acme.example"],
  ["İRMAK@x.example", "irmak@x.example"],
])("invites %j, mails to %s, and signs in with both spellings", async (typed, canonical) => {
  const token = await inviteForToken(t, acme, typed);
  await t.drainOutbox();
  expect(t.mailbox.messages.at(-1)?.to).toBe(canonical);
  expect((await acceptAsNewcomer(t, token)).json()).toMatchObject({ user: { email: canonical } });
  for (const spelling of [typed, canonical, typed.toUpperCase()])
    expect((await signIn(spelling)).json()).toMatchObject({ user: { email: canonical } });
  const again = await inviteAll(t, acme, { emails: [typed, canonical] });
  expect(again.map(({ status }) => status)).toEqual(["already-user", "refused"]);
});

test("keeps one pending invitation for the two spellings of a mailbox", async () => {
  const first = await invite(t, acme, "one@k\u00F6ln.example");
  const second = await invite(t, acme, "one@xn--kln-sna.example");
  expect(second.id).toBe(first.id);
});

test("makes one account of two accepts for the two spellings at once", async () => {
  const tokens = [
    await inviteForToken(t, acme, "both@z\u00FCrich.example"),
    await inviteForToken(t, lodos, "both@xn--zrich-kva.example"),
  ];
  const outcomes = await raceTogether(2, (index) => acceptAsNewcomer(t, tokens[index] ?? ""));
  const statuses = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([201, 409]);
  expect(await accountsOf("both@xn--zrich-kva.example")).toHaveLength(1);
});

test("takes an address with an invisible character inside for none, and names the character", async () => {
  const [result] = await inviteAll(t, acme, { emails: ["ow\u200Bner@acme.example"] });
  expect(result).toMatchObject({ status: "invalid", detail: expect.stringContaining("U+200B") });
});

test("allows a domain in each of its spellings", async () => {
  const { organizationId, owner } = await t.organization("M\u00FCnchen");
  const path = `/organizations/${organizationId}`;
  const { headers } = await t.as(owner).get(path);
  const saved = await t
    .as(owner)
    .patch(path, { allowedEmailDomains: ["M\u00DCNCHEN.example"] }, { "if-match": String(headers.etag) });
  expect(saved.json()).toMatchObject({ allowedEmailDomains: ["xn--mnchen-3ya.example"] });
});
