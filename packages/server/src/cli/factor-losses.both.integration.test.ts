/** Second factors in an installation that was restored, with the same and with another secret key. */
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp, testSecretKey } from "../../test/create-test-app.ts";
import type { TestUser } from "../../test/factories.ts";
import { type AddedPasskey, addPasskey, getOptions, signInWith } from "../../test/passkeys.ts";
import {
  addAuthenticator,
  createAuthenticator,
  enterFactor,
  openChallenge,
} from "../../test/second-factors.ts";
import type { Snapshot } from "../../test/test-database.ts";
import { createTotpSecret } from "../features/second-factors/totp.ts";
import { describeFactorLosses, describeUnreadableApps, findUnreadableApps } from "./factor-losses.ts";

const otherKey = "another secret key that only tests know";
const secret = createTotpSecret();

let ada: TestUser;
let passkey: AddedPasskey;
let codes: readonly string[];
let snapshots: readonly Snapshot[];
beforeAll(async () => {
  const t = await createTestApp();
  const acme = await t.organization();
  expect(await describeFactorLosses(t.engine)).toBe("");
  ada = await t.user(acme, { email: "ada@x.example", roles: ["viewer"] });
  passkey = await addPasskey(t.as(ada));
  codes = passkey.response.json<{ recoveryCodes: string[] }>().recoveryCodes;
  await addAuthenticator(t, ada, { secret });
  snapshots = [await t.snapshot(), await t.snapshot()];
  await t.close();
});

/** The status of a sign-in with each factor. */
async function signInWithEach(t: TestApp): Promise<Readonly<Record<string, number>>> {
  const enter = async (proof: Readonly<Record<string, unknown>>) =>
    (await enterFactor(t, (await openChallenge(t, ada)).cookie, proof)).statusCode;
  return {
    app: await enter({ code: createAuthenticator(t, secret).code() }),
    recoveryCode: await enter({ recoveryCode: codes[0] }),
    passkey: (await signInWith(t, passkey.use(await getOptions(t)))).statusCode,
  };
}

test("with the same secret key every factor works, and nothing is reported", async () => {
  const restored = await createTestApp({ snapshot: snapshots[0] as Snapshot });
  onTestFinished(restored.close);
  expect(await signInWithEach(restored)).toEqual({ app: 201, recoveryCode: 201, passkey: 201 });
  const found = await findUnreadableApps(restored.engine, testSecretKey);
  expect(found).toEqual({ emails: [], total: 1 });
  expect(describeUnreadableApps(found)).toBeNull();
});

test("with another secret key only passkeys work, and the report names what is lost and the way back", async () => {
  const restored = await createTestApp({ snapshot: snapshots[1] as Snapshot, secretKey: otherKey });
  onTestFinished(restored.close);
  expect(await describeFactorLosses(restored.engine)).toBe(
    " It also ends 1 authenticator app and the recovery codes of 1 account; passwords and passkeys stay. People who have nothing else then need: gatehouse account remove-second-factors EMAIL.",
  );
  expect(await signInWithEach(restored)).toEqual({ app: 401, recoveryCode: 401, passkey: 201 });
  expect(describeUnreadableApps(await findUnreadableApps(restored.engine, otherKey))).toBe(
    "1 of 1 authenticator apps were set up with another secret key: their codes and the recovery codes of these accounts are refused. Start with that key again, or run gatehouse account remove-second-factors for: ada@x.example.",
  );
});
