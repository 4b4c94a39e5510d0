/** A change of the secret key with SECRET_KEY_PREVIOUS. */
import { expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp, testSecretKey } from "../../test/create-test-app.ts";
import type { TestUser } from "../../test/factories.ts";
import { addPasskey } from "../../test/passkeys.ts";
import {
  addAuthenticator,
  createAuthenticator,
  enterFactor,
  openChallenge,
} from "../../test/second-factors.ts";
import { createToken } from "../features/invitations/link-token.ts";
import { createTotpSecret } from "../features/second-factors/totp.ts";
import { computeFingerprint } from "../ports/secrets.ts";
import { findUnreadableApps } from "./factor-losses.ts";
import { rotateSecretKey } from "./rotate-secret-key.ts";
import { acceptSecretKey, compareSecretKey, openSecrets } from "./secret-key.ts";

const newKey = "a new secret key that only tests know";
const dataDir = "/nowhere";
const secret = createTotpSecret();
const settings = { secretKey: newKey, previousSecretKey: testSecretKey, dataDir };

/** The status of a sign-in with a second factor. */
async function enter(t: TestApp, user: TestUser, proof: Readonly<Record<string, unknown>>): Promise<number> {
  return (await enterFactor(t, (await openChallenge(t, user)).cookie, proof)).statusCode;
}

/** An installation with the first key, and a user with both second factors that depend on it. */
async function createInstallation() {
  const t = await createTestApp();
  const acme = await t.organization();
  const ada = await t.user(acme, { email: "ada@x.example", roles: ["viewer"] });
  const { response } = await addPasskey(t.as(ada));
  const { recoveryCodes } = response.json<{ recoveryCodes: readonly string[] }>();
  await addAuthenticator(t, ada, { secret });
  await acceptSecretKey(t.engine, { ...settings, secretKey: testSecretKey, previousSecretKey: null });
  return { t, acme, ada, recoveryCodes };
}

test("every second factor and link works with both keys, and authenticator apps with the new one alone", async () => {
  const { t: before, ada, recoveryCodes } = await createInstallation();
  const claims = {
    organizationId: before.deps.ids.next(),
    invitationId: before.deps.ids.next(),
    generation: 1,
  };
  const token = createToken(before.deps.secrets, claims);
  expect(await compareSecretKey(before.engine, settings)).toBe("previous");
  const secrets = await openSecrets(before.engine, settings);
  expect(await compareSecretKey(before.engine, settings)).toBe("same");
  expect(await findUnreadableApps(before.engine, newKey)).toEqual({ emails: [], total: 1 });
  const [withBoth, withNew] = [await before.snapshot(), await before.snapshot()];
  await before.close();

  const during = await createTestApp({
    snapshot: withBoth,
    secretKey: newKey,
    previousSecretKey: testSecretKey,
  });
  onTestFinished(during.close);
  expect(await enter(during, ada, { code: createAuthenticator(during, secret).code() })).toBe(201);
  expect(await enter(during, ada, { recoveryCode: recoveryCodes[0] })).toBe(201);
  expect(
    secrets.verify(
      "invitation",
      `${claims.organizationId}:${claims.invitationId}:1`,
      token.split(".")[2] ?? "",
    ),
  ).toBe(true);

  const after = await createTestApp({ snapshot: withNew, secretKey: newKey });
  onTestFinished(after.close);
  expect(await enter(after, ada, { code: createAuthenticator(after, secret).code() })).toBe(201);
  expect(await enter(after, ada, { recoveryCode: recoveryCodes[0] })).toBe(401);
});

test("an app that a process with the previous key stored meanwhile is encrypted again at the next start", async () => {
  const { t, acme } = await createInstallation();
  onTestFinished(t.close);
  await rotateSecretKey(t.engine, newKey, testSecretKey);
  const ben = await t.user(acme, { email: "ben@x.example", roles: ["viewer"] });
  await addAuthenticator(t, ben, { secret });
  expect((await findUnreadableApps(t.engine, newKey)).emails).toEqual(["ben@x.example"]);
  await rotateSecretKey(t.engine, newKey, testSecretKey);
  expect((await findUnreadableApps(t.engine, newKey)).emails).toEqual([]);
});

test("nothing changes when the installation has neither of the keys", async () => {
  const { t } = await createInstallation();
  onTestFinished(t.close);
  const others = { ...settings, previousSecretKey: "another key that this never had, 32+" };
  await expect(openSecrets(t.engine, others)).rejects.toThrow("SECRET_KEY is not the one");
  const { rows } = await t.engine.pool.query(
    "select secret_key_fingerprint as stored from public.installation",
  );
  expect(rows).toEqual([{ stored: computeFingerprint(testSecretKey) }]);
  expect((await findUnreadableApps(t.engine, testSecretKey)).emails).toEqual([]);
});
