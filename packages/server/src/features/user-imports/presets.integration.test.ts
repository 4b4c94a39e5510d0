import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { createTestApp } from "../../../test/create-test-app.ts";
import { createOperator } from "../../../test/operator.ts";
import type { RowResult } from "./import-row.ts";
import { importUsers } from "./import-users.ts";
import { type Mapping, mapRecord } from "./map-record.ts";
import { parseFirebaseParameters } from "./presets.ts";
import { readUserFile } from "./read/read-file.ts";

const t = await createTestApp();
const lodos = await t.organization("Lodos Retail");
const operator = await createOperator(t, lodos);
afterAll(() => t.close());

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const firebase =
  parseFirebaseParameters(readFileSync(fixture("firebase-hash-config.txt"), "utf8")) ?? undefined;

async function importFixture(name: string, mapping: Mapping): Promise<readonly RowResult[]> {
  const rows = [];
  for await (const record of readUserFile(fixture(name))) rows.push(mapRecord(record, mapping));
  return importUsers(t.deps, operator, rows, { isDryRun: false });
}

const loadUser = async (email: string) =>
  (
    await t.sql(
      `SELECT u.name, u.status, u.phone, u.external_id, a.password_hash,
         ARRAY(SELECT r.name FROM user_roles g JOIN roles r USING (role_id) WHERE g.user_id = u.user_id) AS roles
       FROM users u JOIN accounts a USING (account_id) WHERE u.email = $1`,
      [email],
    )
  )[0];

const cases = [
  {
    preset: "auth0",
    file: "auth0.ndjson",
    expected: { name: "auth0@example.test", external_id: "auth0|60425dc43519d90068f82973", roles: [] },
    other: [
      "auth0-social@example.test",
      { name: "Deniz Kaya", status: "suspended", external_id: "google-oauth2|1045" },
    ],
  },
  {
    preset: "clerk",
    file: "clerk.csv",
    expected: { name: "Ayşe Demir", phone: "+902125550123", external_id: "user_2Nf1" },
    other: ["clerk-other@example.test", "imports/invalid-password-hash"],
  },
  {
    preset: "keycloak",
    file: "keycloak.json",
    expected: {
      name: 'Ada Stone "[x]"',
      external_id: "9f1c0b1e-8d0c-4f0e-8f7b-2f3d0c5f7a11",
      roles: ["Viewer"],
    },
    other: ["keycloak-off@example.test", { status: "suspended" }],
  },
  {
    preset: "better-auth",
    file: "better-auth.jsonl",
    expected: { name: "Cem Ak", external_id: "ba_1" },
    other: ["better-auth-social@example.test", { name: "Social Only", status: "suspended" }],
  },
  {
    preset: "firebase",
    file: "firebase.json",
    expected: { name: "Firebase User", phone: "+902125550199", external_id: "fb1" },
    password: "user1password",
    other: ["firebase-social@example.test", { status: "suspended" }],
  },
] as const;

test.each(cases)(
  "a person of $preset signs in with the old password, whose hash is then replaced",
  async (one) => {
    const { preset, file, expected, other } = one;
    const password = "password" in one ? one.password : "correct horse battery staple";
    const email = `${preset}@example.test`;

    const results = await importFixture(file, { preset, firebase });

    expect(results.map(({ outcome }) => outcome)).toEqual([
      "created",
      typeof other[1] === "string" ? "refused" : "created",
    ]);
    const before = await loadUser(email);
    expect(before).toMatchObject({ status: "active", ...expected });
    expect(before?.["password_hash"]).not.toMatch(/^\$argon2id\$v=19\$m=19456,/);
    const wrong = await t.anonymous.post("/sessions", { email, password: `${password}.` });
    expect(wrong.json()).toMatchObject({ code: "auth/wrong-credentials" });
    expect((await t.anonymous.post("/sessions", { email, password })).statusCode).toBe(201);
    expect((await loadUser(email))?.["password_hash"]).toMatch(/^\$argon2id\$v=19\$m=19456,/);
    expect((await t.anonymous.post("/sessions", { email, password })).statusCode).toBe(201);

    if (typeof other[1] === "string") {
      expect(results[1]?.refusal?.code).toBe(other[1]);
      expect(await loadUser(other[0])).toBeUndefined();
    } else expect(await loadUser(other[0])).toMatchObject({ ...other[1], password_hash: null });
    const again = await importFixture(file, { preset, firebase });
    expect(again.map(({ outcome }) => outcome)).not.toContain("created");
    expect(again.map(({ outcome }) => outcome)).not.toContain("updated");
  },
);

test("a Firebase hash without the parameters of its project is refused", async () => {
  const [result] = await importFixture("firebase.json", { preset: "firebase" });
  expect(result).toMatchObject({ outcome: "refused", refusal: { code: "imports/invalid-password-hash" } });
});
