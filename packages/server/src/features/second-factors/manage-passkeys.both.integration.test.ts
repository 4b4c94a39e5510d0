import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { addPasskey, passkeyOrigin } from "../../../test/passkeys.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";
import { addAuthenticator } from "../../../test/second-factors.ts";
import { createSoftwarePasskey, type Deviation } from "../../../test/software-authenticator.ts";

const minute = 60_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
let t: TestApp;
let acme: TestOrganization;
let ada: TestUser;
let asAda: ApiClient;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
});
afterAll(() => t.close());
beforeEach(async () => {
  ada = await t.user(acme, { roles: ["viewer"] });
  asAda = t.as(ada);
});

const listEvents = async () =>
  t.sql(
    "SELECT action, changes::text FROM audit_events WHERE actor_id = $1 AND action LIKE 'accounts.%' ORDER BY sequence",
    [ada.userId],
  );

test("creates options for a discoverable passkey that verifies the person, without writing anything", async () => {
  await asAda.get("/me");
  const before = await readDatabaseState(t);
  const response = await asAda.post("/me/passkeys/options");
  expect(response.json()).toEqual({
    rp: { id: "localhost", name: "Gatehouse" },
    user: {
      id: Buffer.from(ada.accountId.replaceAll("-", ""), "hex").toString("base64url"),
      name: ada.email,
      displayName: ada.name,
    },
    challenge: expect.stringMatching(/^[\w-]{80,}$/),
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
    timeout: 5 * minute,
    excludeCredentials: [],
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
    attestation: "none",
  });
  expect(await readDatabaseState(t)).toEqual(before);
});

test("the first passkey is a second factor: it brings recovery codes, ends other sessions and is announced", async () => {
  const other = t.as(ada);
  await other.get("/me");
  const added = await addPasskey(asAda);
  expect(added.response.statusCode).toBe(201);
  expect(added.response.json()).toEqual({
    id: expect.stringMatching(uuid),
    name: "Laptop",
    createdAt: t.clock.now().toISOString(),
    lastUsedAt: null,
    backedUp: false,
    recoveryCodes: expect.objectContaining({ length: 10 }),
  });
  expect((await other.get("/me")).statusCode).toBe(401);
  expect((await asAda.get("/me")).statusCode).toBe(200);
  expect(await t.sql("SELECT two_factor FROM accounts WHERE account_id = $1", [ada.accountId])).toEqual([
    { two_factor: true },
  ]);
  expect(await t.sql("SELECT two_factor FROM sessions WHERE account_id = $1", [ada.accountId])).toEqual([
    { two_factor: true },
  ]);
  const second = await addPasskey(asAda, { name: "Phone" });
  expect(second.response.json()).not.toHaveProperty("recoveryCodes");
  expect((await asAda.post("/me/passkeys/options")).json()).toMatchObject({
    excludeCredentials: [added, second].map(({ id }) => ({
      id,
      type: "public-key",
      transports: ["internal"],
    })),
  });
  expect(await listEvents()).toEqual([
    {
      action: "accounts.passkey-added",
      changes: expect.stringMatching(/"Laptop".*"sessions"/),
    },
    { action: "accounts.passkey-added", changes: expect.stringMatching(/"Phone"/) },
  ]);
  await t.drainOutbox();
  const mails = t.mailbox.messages.filter(({ to }) => to === ada.email);
  expect(mails.map(({ subject }) => subject)).toEqual(
    Array(2).fill("A passkey was added to your Gatehouse account"),
  );
});

test("a passkey beside an authenticator app brings no recovery codes and ends no sessions", async () => {
  await addAuthenticator(t, ada);
  await asAda.get("/me");
  await t.sql("UPDATE sessions SET two_factor = true WHERE account_id = $1", [ada.accountId]);
  const other = t.as(ada);
  await other.get("/me");
  expect((await addPasskey(asAda)).response.json()).not.toHaveProperty("recoveryCodes");
  expect((await other.get("/me")).statusCode).toBe(200);
});

test.for<[string, Deviation, string, number]>([
  ["another origin", { origin: "https://gatehouse.example" }, "passkeys/invalid", 422],
  ["another relying party", { rpId: "gatehouse.example" }, "passkeys/invalid", 422],
  ["a frame of another site", { crossOrigin: true }, "passkeys/invalid", 422],
  ["a response to a sign-in", { type: "webauthn.get" }, "passkeys/invalid", 422],
  ["nobody present", { isUserPresent: false }, "passkeys/invalid", 422],
  ["no verification of the person", { isUserVerified: false }, "passkeys/not-verified", 422],
  ["a challenge of its own", { challenge: "bm90IG91cnM" }, "passkeys/challenge-ended", 422],
  [
    "an attestation whose certificates name addresses to fetch",
    {
      attestation: [
        "packed",
        new Map<string, unknown>([
          ["alg", -7],
          ["sig", Buffer.alloc(8)],
          ["x5c", [Buffer.from("00", "hex")]],
        ]),
      ],
    },
    "passkeys/invalid",
    422,
  ],
])("refuses a new passkey with %s, and changes nothing", async ([, deviation, code, status]) => {
  const options = (await asAda.post("/me/passkeys/options")).json();
  const before = await readDatabaseState(t);
  const { registration } = createSoftwarePasskey(options, passkeyOrigin, deviation);
  const response = await asAda.post("/me/passkeys", { name: "Laptop", credential: registration });
  expect([response.json().code, response.statusCode]).toEqual([code, status]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a challenge works for one session, once, for five minutes", async () => {
  const other = t.as(ada);
  const [options, forOther] = [
    (await asAda.post("/me/passkeys/options")).json(),
    (await other.post("/me/passkeys/options")).json(),
  ];
  const send = (challenge: string, client = asAda) => {
    const { registration } = createSoftwarePasskey({ ...options, challenge }, passkeyOrigin);
    return client.post("/me/passkeys", { name: "Laptop", credential: registration });
  };
  const start = await readDatabaseState(t);
  expect((await send(forOther.challenge)).json().code).toBe("passkeys/challenge-ended");
  expect((await send(options.challenge, t.as(acme.owner))).json().code).toBe("passkeys/challenge-ended");
  expect(await readDatabaseState(t)).toMatchObject({ account_passkeys: start["account_passkeys"] });
  const responses = await runConcurrently(5, () => send(options.challenge));
  const statuses = responses.map((result) => (result.status === "fulfilled" ? result.value.statusCode : 0));
  expect(statuses.toSorted()).toEqual([201, 422, 422, 422, 422]);
  const before = await readDatabaseState(t);
  const late = (await asAda.post("/me/passkeys/options")).json();
  t.clock.advance(5 * minute);
  expect((await send(late.challenge)).json().code).toBe("passkeys/challenge-ended");
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a passkey belongs to one account, and an account has twenty at most", async () => {
  const taken = await addPasskey(t.as(await t.user(acme)));
  const options = (await asAda.post("/me/passkeys/options")).json();
  const { registration } = createSoftwarePasskey(options, passkeyOrigin);
  await t.sql("UPDATE account_passkeys SET credential_id = $1 WHERE credential_id = $2", [
    registration.id,
    taken.id,
  ]);
  const before = await readDatabaseState(t);
  const again = await asAda.post("/me/passkeys", { name: "Laptop", credential: registration });
  expect([again.statusCode, again.json().code]).toEqual([409, "passkeys/already-added"]);
  expect(await readDatabaseState(t)).toEqual(before);
  await addPasskey(asAda);
  await t.sql(
    `INSERT INTO account_passkeys (passkey_id, account_id, credential_id, public_key, sign_count, transports, name,
       backed_up, created_at)
     SELECT gen_random_uuid(), $1, 'more-' || $2 || n, '', 0, '{}', 'More', false, now() FROM generate_series(1, 19) n`,
    [ada.accountId, ada.accountId],
  );
  const full = await asAda.post("/me/passkeys/options");
  expect([full.statusCode, full.json().code]).toEqual([409, "passkeys/too-many"]);
});

test("renames and removes only one's own passkeys", async () => {
  const { passkeyId } = await addPasskey(asAda);
  await t.drainOutbox();
  const path = `/me/passkeys/${passkeyId}`;
  const stranger = t.as(acme.owner);
  await stranger.get("/me");
  const before = await readDatabaseState(t);
  for (const response of [await stranger.patch(path, { name: "Mine" }), await stranger.delete(path)])
    expect([response.statusCode, response.json().code]).toEqual([404, "not-found"]);
  expect((await asAda.patch(path, { name: " " })).statusCode).toBe(422);
  expect(await readDatabaseState(t)).toEqual(before);
  const renamed = await asAda.patch(path, { name: "Work laptop" });
  expect([renamed.statusCode, renamed.json().name]).toEqual([200, "Work laptop"]);
  expect((await asAda.delete(path)).statusCode).toBe(204);
  expect((await asAda.delete(path)).statusCode).toBe(404);
  for (const table of ["account_passkeys", "account_recovery_codes"])
    expect(await t.sql(`SELECT 1 FROM ${table} WHERE account_id = $1`, [ada.accountId])).toEqual([]);
  expect((await listEvents()).at(-1)).toEqual({
    action: "accounts.passkey-removed",
    changes: expect.stringMatching(/"Work laptop"/),
  });
  await t.drainOutbox();
  expect(t.mailbox.messages.findLast(({ to }) => to === ada.email)).toMatchObject({
    subject: "A passkey was removed from your Gatehouse account",
    text: expect.stringContaining("“Work laptop”"),
  });
});

test("adding, renaming and removing need an authentication of the last ten minutes", async () => {
  const { passkeyId } = await addPasskey(asAda);
  t.clock.advance(11 * minute);
  await asAda.get("/me");
  const before = await readDatabaseState(t);
  for (const response of [
    await asAda.post("/me/passkeys/options"),
    await asAda.patch(`/me/passkeys/${passkeyId}`, { name: "Renamed" }),
    await asAda.delete(`/me/passkeys/${passkeyId}`),
  ]) {
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({
      code: "auth/step-up",
      params: { methods: ["passkey", "recovery-code"] },
    });
  }
  expect(await readDatabaseState(t)).toEqual(before);
});
