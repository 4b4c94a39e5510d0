/** Signing in to a panel on another host, step by step, as a browser is led through it. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createVisitor, type Visitor } from "../../../test/panel-visitor.ts";

const origin = "https://panel.example.com";
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let visitor: Visitor;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
  await register([origin]);
  visitor = createVisitor(t, { organizationId: acme.organizationId, origin }, person);
});

const register = (origins: readonly string[]) =>
  t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    origins,
    acme.organizationId,
  ]);
const rows = () =>
  t.sql("SELECT * FROM panel_sessions WHERE organization_id = $1 ORDER BY panel_session_id", [
    acme.organizationId,
  ]);
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("whoever is signed in to Gatehouse is signed in to the panel, on the page that they wanted", async () => {
  const begun = await visitor.begin("/campaigns?status=draft&page=2");
  const handOff = new URL(begun.location);
  expect(`${handOff.origin}${handOff.pathname}`).toBe("http://127.0.0.1:3000/hand-off");
  expect(begun.setCookie).toMatch(
    /^__Host-gatehouse-state=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  const state = begun.setCookie.slice("__Host-gatehouse-state=".length, begun.setCookie.indexOf(";"));
  expect(begun.location).not.toContain(state);

  const code = await visitor.askForCode();
  expect(code).toMatch(/^[\w-]{43}$/);
  expect(await rows()).toMatchObject([{ user_id: person.userId, code_hash: sha256(code), token_hash: null }]);

  const finished = await visitor.finish(code);
  expect(finished.location).toBe(`${origin}/campaigns?status=draft&page=2`);
  expect(finished.setCookie).toMatch(
    /^__Host-gatehouse-panel=ghp_[0-9a-f]{32}_[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(await rows()).toMatchObject([{ token_hash: sha256(visitor.token() ?? "") }]);
  expect(await visitor.userThere()).toBe(person.userId);
});
