/**
 * Nobody learns from the time of a refused sign-in whether an address or a passkey is known: statements, writes, hashes and
 * signatures are the same. Counted instead of measured, because times depend on the machine.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiResponse } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestUser } from "../../../test/factories.ts";
import { addPasskey, getOptions, signInWith } from "../../../test/passkeys.ts";
import { recordStatements } from "../../../test/record-statements.ts";
import { addAuthenticator, openChallenge } from "../../../test/second-factors.ts";
import type { SoftwarePasskey } from "../../../test/software-authenticator.ts";
import { createPasswords } from "../accounts/index.ts";
import type { ForeignHash } from "../accounts/password-hashes/parse-hash.ts";
import { matchForeignHash } from "../accounts/password-hashes/verify-foreign-hash.ts";

/** The parameters of each verified hash of ours, without salt and value; the work of each kind of other hashes. */
const compared: string[] = [];
const foreignWork = new Map<string, number>();
let statements: string[];
let t: TestApp;
let known: TestUser;
let withFactor: TestUser;
let passkey: SoftwarePasskey;

beforeAll(async () => {
  const counted: typeof verify = (stored, ...rest) => {
    compared.push(String(stored).split("$").slice(0, 4).join("$"));
    return verify(stored, ...rest);
  };
  const matchForeign: typeof matchForeignHash = (foreign, password) => {
    const [kind, amount] = describeWork(foreign);
    foreignWork.set(kind, (foreignWork.get(kind) ?? 0) + amount);
    return matchForeignHash(foreign, password);
  };
  t = await createTestApp({ passwords: createPasswords(1, 64, { hash, verify: counted, matchForeign }) });
  const acme = await t.organization();
  known = await t.user(acme, { roles: ["viewer"] });
  withFactor = await t.user(acme, { roles: ["viewer"] });
  await addAuthenticator(t, withFactor);
  await openChallenge(t, withFactor); // the owner is at the second step
  passkey = await addPasskey(t.as(await t.user(acme, { roles: ["viewer"] })));
  await t.sql("DELETE FROM sessions"); // an attacker elsewhere: where the owner is signed in, other limits apply
  statements = recordStatements(t);
});
beforeEach(() => t.clock.advance(61_000)); // a failure is recorded once a minute
afterAll(() => t.close());

/** What costs time in a hash: its kind, and how much of that. */
function describeWork(foreign: ForeignHash): readonly [kind: string, amount: number] {
  if (foreign.is === "bcrypt") return [foreign.is, 2 ** foreign.cost];
  if (foreign.is === "pbkdf2")
    return [`${foreign.is} ${foreign.digest} ${foreign.hash.length}`, foreign.iterations];
  return [foreign.is === "argon2" ? foreign.is : `${foreign.is} ${JSON.stringify(foreign.cost)}`, 1];
}

/** All that a request did until its response. */
async function observe(send: () => Promise<ApiResponse>) {
  const verifications = vi.spyOn(SubtleCrypto.prototype, "verify");
  const recorded = await countRecorded();
  await t.sql("DELETE FROM throttles");
  compared.length = 0;
  foreignWork.clear();
  statements.length = 0;
  const response = await send();
  // Notifications tell of an event that an earlier request had recorded; below, no event is recorded until the response.
  const ran = statements.filter((text) => !text.includes("pg_notify"));
  const work = {
    compared: [...compared],
    foreignWork: new Map(foreignWork),
    signatures: verifications.mock.calls.length,
  };
  verifications.mockRestore();
  expect(await countRecorded()).toBe(recorded); // that is done later
  const { date, "x-request-id": requestId, ...headers } = response.headers;
  expect([date, requestId]).not.toContain(undefined);
  return {
    ...work,
    ran,
    throttles: await t.sql("SELECT failures FROM throttles ORDER BY failures"),
    response: { headers, ...response.json(), requestId: "" },
  };
}

/** Failures in the audit log: recording one ends with them. */
const countRecorded = async (): Promise<number> =>
  (await t.sql("SELECT FROM audit_events WHERE action = 'sessions.sign-in-failed'")).length;

/** Waits until the failure of a known account is recorded, so that this isn't mistaken for work of the next request. */
const untilRecorded = (before: number) =>
  vi.waitFor(async () => expect(await countRecorded()).toBe(before + 1), { timeout: 10_000 });

const signIn =
  (email: string, cookie = "") =>
  () =>
    t.anonymous.post("/sessions", { email, password: "wrong horse battery staple" }, { cookie });

test.each([
  ["a known address", () => known],
  ["one of an account with a second factor, whose owner is at the second step", () => withFactor],
])("the same work rejects a wrong password for an unknown address and for %s", async (_, get) => {
  const unknown = await observe(signIn("nobody@example.test"));
  const before = await countRecorded();
  expect(await observe(signIn(get().email))).toEqual(unknown);
  await untilRecorded(before);
  expect(unknown.response).toMatchObject({ status: 401, code: "auth/wrong-credentials" });
  expect(unknown.response.headers["set-cookie"]).toBeUndefined();
  expect(unknown.compared).toEqual(["$argon2id$v=19$m=19456,t=2,p=1"]);
  expect(unknown.foreignWork.size).toBe(0);
  expect(unknown.ran.length).toBeGreaterThan(8);
  expect(unknown.throttles).toHaveLength(4); // the account in its network and in all, the network, the password
});

test.each([
  ["without a handle", () => null],
  ["with a handle", () => "AAAA"],
])(
  "the same work rejects a signature of another key for an unknown passkey and for a known one, %s",
  async (_, getHandle) => {
    const { privateKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const use = async (id: string) => {
      const options = await getOptions(t);
      const forged = { ...passkey.use(options, { key, userHandle: getHandle() }), id, rawId: id };
      return () => signInWith(t, forged);
    };
    const unknown = await observe(await use(randomBytes(32).toString("base64url")));
    const before = await countRecorded();
    expect(await observe(await use(passkey.id))).toEqual(unknown);
    await untilRecorded(before);
    expect(unknown.response).toMatchObject({ status: 401, code: "auth/wrong-passkey" });
    expect(unknown.signatures).toBe(1);
    expect(unknown.ran.length).toBeGreaterThan(8);
    expect(unknown.throttles).toHaveLength(3);
  },
);

describe("while accounts have hashes of other systems", () => {
  const derived = "$AAECAwQFBgcICQ$AAECAwQFBgcICQAAECAwQFBgcICQ";
  const bcrypt = "$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";
  const hashes = {
    "argon2id with other parameters":
      "$argon2id$v=19$m=7168,t=5,p=1$MDEyMzQ1Njc4OWFiY2RlZg$iFYFbd6+YgSpBS95zKSeCiqMI6RfgwXfibpMk5AbxQY",
    "bcrypt of cost 5": bcrypt,
    "bcrypt of cost 8": bcrypt.replace("$05$", "$08$"),
    "PBKDF2 with 1,000 iterations": `$pbkdf2-sha256$i=1000${derived}`,
    "PBKDF2 with 6,000 iterations": `$pbkdf2-sha256$i=6000${derived}`,
    "PBKDF2 with SHA-512": `$pbkdf2-sha512$i=5000${derived}`,
    scrypt: `$scrypt$ln=4,r=2,p=1${derived}`,
    "scrypt of Firebase": `$firebase-scrypt$ln=4,r=2,k=AAECAwQF,s=Bw${derived}`,
  };
  const imported = new Map<string, TestUser>();

  beforeAll(async () => {
    const acme = await t.organization();
    for (const [name, passwordHash] of Object.entries(hashes)) {
      const user = await t.user(acme, { roles: ["viewer"] });
      await t.sql("UPDATE accounts SET password_hash = $1 WHERE account_id = $2", [
        passwordHash,
        user.accountId,
      ]);
      imported.set(name, user);
    }
  });

  const cases = [...Object.keys(hashes), "ours"];
  test.each(cases)("the same work rejects an unknown address and one whose hash is %s", async (name) => {
    const unknown = await observe(signIn("nobody@example.test"));
    const before = await countRecorded();
    expect(await observe(signIn((imported.get(name) ?? known).email))).toEqual(unknown);
    await untilRecorded(before);
    expect(unknown.response).toMatchObject({ status: 401, code: "auth/wrong-credentials" });
    expect(unknown.compared).toEqual(["$argon2id$v=19$m=19456,t=2,p=1"]);
    expect([...unknown.foreignWork.values()].sort((a, b) => a - b)).toEqual([1, 1, 1, 256, 5000, 6000]);
  });

  test("the right password of another account does no other work, and a browser in which it signed in knows the account", async () => {
    const password = "correct horse battery staple";
    foreignWork.clear();
    const signedIn = await t.anonymous.post("/sessions", { email: known.email, password });
    expect(signedIn.statusCode).toBe(201);
    const cookies = [signedIn.headers["set-cookie"]].flat().map((cookie) => String(cookie).split(";")[0]);
    const device = cookies.find((cookie) => cookie?.includes("-device="));
    const before = await countRecorded();
    expect((await signIn(known.email, device)()).statusCode).toBe(401);
    await untilRecorded(before);
    expect(foreignWork.size).toBe(0);
  });
});
