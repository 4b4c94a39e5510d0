/** Texts that are no single address are refused by every endpoint that takes one, and the longest address works everywhere. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient, ApiResponse } from "./api-client.ts";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import type { TestOrganization } from "./factories.ts";
import { acceptWithNewAccount, extractToken, validPassword } from "./invitations.ts";
import { readToken } from "./recovery-links.ts";

let t: TestApp;
let acme: TestOrganization;
let here: string;
let owner: ApiClient;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.sql("DELETE FROM throttles");
  acme = await t.organization();
  here = `/organizations/${acme.organizationId}`;
  owner = t.as(acme.owner);
  await owner.get("/me"); // has a session
});

type Send = (email: unknown) => Promise<ApiResponse>;

/** The requests that take an address; an invitation has a result for each address instead. */
const requests: Readonly<Record<string, Send>> = {
  "creating a user": (email) =>
    owner.post(`${here}/users`, { email, name: "Ada", roleIds: [acme.roles.viewer] }),
  "putting a user": (email) =>
    owner.put(`${here}/users/by-external-id/crm-1`, {
      email,
      name: "Ada",
      roles: [{ id: acme.roles.viewer, expiresAt: null }],
    }),
  "changing the address": (email) => owner.post("/me/email", { email }),
  "requesting a reset": (email) => t.anonymous.post("/password-resets", { email }),
};

/** An address of exactly so many octets: 64 before the @, and labels of at most 62 after it. */
function createAddress(length: number): string {
  const ending = ".example";
  const letters = "d".repeat(length - 65 - ending.length);
  return `${"l".repeat(64)}@${letters.replaceAll(/d{62}(?=d)d/g, `${"d".repeat(62)}.`)}${ending}`;
}

const broken: readonly (readonly [title: string, email: unknown])[] = [
  ["a quoted local part", '"ada lovelace"@lodos.example'],
  ["a quoted local part without a space", '"ada"@lodos.example'],
  ["a quoted @", '"a@b"@lodos.example'],
  ["two addresses with a comma", "ada@lodos.example, eve@evil.example"],
  ["two addresses with a semicolon", "ada@lodos.example;eve@evil.example"],
  ["an array", ["ada@lodos.example"]],
  ["an array of two", ["ada@lodos.example", "eve@evil.example"]],
  ["an object", { email: "ada@lodos.example" }],
  ["a display name", "Ada <ada@lodos.example>"],
  ["a comment", "ada(work)@lodos.example"],
  ["CR and LF with a header", "ada@lodos.example\r\nBcc: eve@evil.example"],
  ["LF alone", "ada\n@lodos.example"],
  ["CR alone", "ada@lodos.example\rBcc: eve@evil.example"],
  ["255 octets", createAddress(255)],
  ["5,000 letters", `${"a".repeat(5_000)}@lodos.example`],
];

test("the addresses of this test have the lengths that they are named after", () => {
  expect([254, 255].map((length) => Buffer.byteLength(createAddress(length)))).toEqual([254, 255]);
});

test.each(broken)(
  "refuses %s in every request that takes an address, and changes and sends nothing",
  async (_, email) => {
    const sent = t.mailbox.messages.length;
    const state = await readDatabaseState(t);
    for (const [what, send] of Object.entries(requests)) {
      const response = await send(email);
      expect(response.statusCode, `${what}: ${response.body}`).toBe(422);
    }
    const invited = await owner.post(`${here}/invitations`, {
      invitations: [{ email, roleIds: [acme.roles.viewer] }],
    });
    if (invited.statusCode !== 422)
      expect(invited.json()).toMatchObject({ results: [{ status: "invalid", code: "email/invalid" }] });
    expect(await readDatabaseState(t)).toEqual(state);
    await t.drainOutbox();
    expect(t.mailbox.messages).toHaveLength(sent);
  },
);

const lineBreaks = ["a\r\nBcc: eve@evil.example", "a\nb", "a\rb"];

test.each(lineBreaks)("refuses the line break in %j in every name that an email shows", async (text) => {
  const state = await readDatabaseState(t);
  const etag = String((await owner.get(here)).headers["etag"]);
  const names = [
    owner.patch(here, { name: text }, { "if-match": etag }),
    owner.patch("/me", { name: text }),
    owner.post(`${here}/roles`, { name: text, permissions: [] }),
    owner.post(`${here}/users`, { email: "ada@lodos.example", name: text, roleIds: [acme.roles.viewer] }),
    owner.post(`${here}/invitations`, {
      invitations: [{ email: "ada@lodos.example", name: text, roleIds: [acme.roles.viewer] }],
    }),
  ];
  for (const response of await Promise.all(names)) expect(response.statusCode, response.body).toBe(422);
  expect(await readDatabaseState(t)).toEqual(state);
});

test("an address of 254 octets is invited, joins, signs in, resets its password and is found", async () => {
  const email = createAddress(254);
  const invited = await owner.post(`${here}/invitations`, {
    invitations: [{ email, roleIds: [acme.roles.viewer] }],
  });
  expect(invited.json()).toMatchObject({ results: [{ status: "created" }] });
  await t.drainOutbox();
  const mail = t.mailbox.messages.find(({ to }) => to === email);
  expect((await acceptWithNewAccount(t, extractToken(mail))).statusCode).toBe(201);
  const signedIn = await t.anonymous.post("/sessions", { email, password: validPassword });
  expect(signedIn.statusCode).toBe(201);
  expect((await t.anonymous.post("/password-resets", { email })).statusCode).toBe(202);
  const token = await readToken(t, "reset", email);
  const password = "eight green copper gates";
  expect((await t.anonymous.post("/password-resets/complete", { token, password })).statusCode).toBe(204);
  expect((await t.anonymous.post("/sessions", { email, password })).statusCode).toBe(201);
  const found = await owner.get(`${here}/users?query=${encodeURIComponent(email.slice(0, 100))}`);
  expect(found.json()).toMatchObject({ items: [{ email }] });
});

test("a false Host changes no link to an account", async () => {
  const headers = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    forwarded: "host=evil.example",
  };
  const { email } = acme.owner;
  expect((await t.anonymous.post("/password-resets", { email }, headers)).statusCode).toBe(202);
  const changed = await owner.post("/me/email", { email: "new@lodos.example" }, headers);
  expect(changed.statusCode).toBe(202);
  await t.drainOutbox();
  const texts = t.mailbox.messages
    .filter(({ to }) => [email, "new@lodos.example"].includes(to))
    .map(({ text, html }) => `${text}${html}`);
  expect(texts).toHaveLength(3); // the reset, the confirmation, and the notice to the old address
  for (const text of texts) {
    expect(text).toContain(`${t.deps.config.publicUrl}/`);
    expect(text).not.toContain("evil.example");
  }
});
