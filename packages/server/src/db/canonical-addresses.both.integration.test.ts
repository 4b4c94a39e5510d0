import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { invite } from "../../test/invitations.ts";
import { verifyChain } from "../audit/verify.ts";
import { canonicaliseAddresses } from "./canonical-addresses.ts";

const password = "correct horse battery staple";

let t: TestApp;
let acme: TestOrganization;

/** A database as it was before the migration: any spelling of a domain could be stored. */
beforeAll(async () => {
  t = await createTestApp();
  for (const table of ["accounts", "users", "invitations"])
    await t.sql(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_email_domain_is_ascii`);
});
beforeEach(async () => {
  acme = await t.organization();
});
afterAll(() => t.close());

async function canonicalise(): Promise<readonly string[]> {
  return t.engine.withoutTimeout(async (client) => {
    await client.query("begin");
    const said = await canonicaliseAddresses(client);
    await client.query("commit");
    return said;
  });
}

const signIn = (email: string) => t.anonymous.post("/sessions", { email, password });
const readEmail = async (accountId: string) =>
  (await t.sql("SELECT email FROM accounts WHERE account_id = $1", [accountId]))[0]?.["email"];

/** An invitation as an earlier version stored it. */
async function inviteAsBefore(email: string, createdAt: string): Promise<string> {
  const { id } = await invite(t, acme, `placeholder-${createdAt.slice(0, 10)}@x.example`);
  await t.sql("UPDATE invitations SET email = $2, created_at = $3 WHERE invitation_id = $1", [
    id,
    email,
    createdAt,
  ]);
  return id;
}

test("converts an account's address to its canonical form, also in lists and the audit log", async () => {
  const ada = await t.user(acme, { name: "Ada", email: "ada@m\u00FCnchen.example", roles: ["viewer"] });
  const said = await canonicalise();
  const ascii = "ada@xn--mnchen-3ya.example";
  expect(said).toEqual([expect.stringContaining(ascii)]);
  expect(await readEmail(ada.accountId)).toBe(ascii);
  expect((await signIn("ada@M\u00DCNCHEN.example")).statusCode).toBe(201);
  expect((await signIn(ascii)).statusCode).toBe(201);
  const owner = t.as(acme.owner);
  for (const search of ["ada@m\u00FCnchen", "xn--mnchen", "ada m\u00FCnchen"]) {
    const found = await owner.get(
      `/organizations/${acme.organizationId}/users?query=${encodeURIComponent(search)}`,
    );
    expect(found.json().items).toMatchObject([{ id: ada.userId, email: ascii }]);
  }
  const log = await owner.get(`/organizations/${acme.organizationId}/audit-events?action=users.edited`);
  expect(log.json().items).toMatchObject([
    {
      actor: { type: "system", name: "Migration" },
      changes: [{ field: "email", before: "ada@m\u00FCnchen.example", after: ascii }],
    },
  ]);
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({ brokenAt: null });
});

test("of two accounts of one mailbox the most recently used keeps it, and the other loses only its address", async () => {
  const before = await t.user(acme, { email: "owner@z\u00FCrich.example", roles: ["viewer"] });
  const used = await t.user(acme, { email: "owner@xn--zrich-kva.example", roles: ["app-admin"] });
  await t.sql("UPDATE users SET last_active_at = now() WHERE user_id = $1", [used.userId]);
  const session = t.as(before);
  expect((await session.get("/me")).statusCode).toBe(200);
  const said = await canonicalise();
  expect(said).toEqual([expect.stringMatching(/is a duplicate of owner@z\u00FCrich\.example/)]);
  expect(await readEmail(used.accountId)).toBe("owner@xn--zrich-kva.example");
  const duplicate = String(await readEmail(before.accountId));
  expect(duplicate).toMatch(/^owner\+duplicate-[0-9a-f]{12}@xn--zrich-kva\.example$/);
  expect((await session.get("/me")).json()).toMatchObject({ account: { email: duplicate } });
  expect((await signIn(duplicate)).json()).toMatchObject({ user: { id: before.accountId } });
  expect((await signIn("owner@z\u00FCrich.example")).json()).toMatchObject({ user: { id: used.accountId } });
  const roles = await t.sql("SELECT user_id FROM user_roles WHERE user_id IN ($1, $2)", [
    before.userId,
    used.userId,
  ]);
  expect(roles).toHaveLength(2);
});

test("of two unused accounts the older keeps the mailbox", async () => {
  const older = await t.user(acme, { email: "info@\uFB01rma.example" });
  const newer = await t.user(acme, { email: "info@firma.example" });
  await t.sql("UPDATE accounts SET created_at = created_at - interval '1 day' WHERE account_id = $1", [
    older.accountId,
  ]);
  await canonicalise();
  expect(await readEmail(older.accountId)).toBe("info@firma.example");
  expect(await readEmail(newer.accountId)).toMatch(/^info\+duplicate-/);
});

test("of two pending invitations for one mailbox the newest stays", async () => {
  const first = await inviteAsBefore("new@k\u00F6ln.example", "2026-01-01T00:00:00Z");
  const last = await inviteAsBefore("new@xn--kln-sna.example", "2026-01-02T00:00:00Z");
  const accepted = await inviteAsBefore("old@k\u00F6ln.example", "2026-01-03T00:00:00Z");
  await t.sql("UPDATE invitations SET status = 'accepted', accepted_at = now() WHERE invitation_id = $1", [
    accepted,
  ]);
  const said = await canonicalise();
  expect(said).toEqual([expect.stringContaining(first)]);
  const rows = await t.sql(
    "SELECT invitation_id AS id, email, status FROM invitations WHERE invitation_id = ANY($1) ORDER BY created_at",
    [[first, last, accepted]],
  );
  expect(rows).toEqual([
    { id: first, email: "new@xn--kln-sna.example", status: "revoked" },
    { id: last, email: "new@xn--kln-sna.example", status: "pending" },
    { id: accepted, email: "old@xn--kln-sna.example", status: "accepted" },
  ]);
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({ brokenAt: null });
});

test("replaces an address without a canonical form by a placeholder, and reports it", async () => {
  const lost = await t.user(acme, { email: "lost@\u0301a.example" });
  const said = await canonicalise();
  expect(said).toEqual([expect.stringContaining("lost@\u0301a.example")]);
  expect(await readEmail(lost.accountId)).toMatch(/^unreadable-[0-9a-f]{32}@address\.invalid$/);
});

test("changes nothing the second time", async () => {
  await t.user(acme, { email: "again@m\u00FCnster.example" });
  await canonicalise();
  const before = await readDatabaseState(t);
  expect(await canonicalise()).toEqual([]);
  expect(await readDatabaseState(t)).toEqual(before);
});
