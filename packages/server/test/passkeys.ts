/** Passkeys for tests: added and used over HTTP. */
import type { AssertionCredential, PasskeyRequestOptions } from "@gatehouse/sdk/contract";
import { getRelyingParty } from "../src/features/passkeys/relying-party.ts";
import { toBase64url, toUserHandle } from "../src/features/passkeys/verify-credential.ts";
import { createChallenge, toSessionScope } from "../src/features/passkeys/webauthn-challenges.ts";
import { systemIds } from "../src/ports/ids.ts";
import type { ApiClient, ApiResponse } from "./api-client.ts";
import { type TestApp, testOrigin } from "./create-test-app.ts";
import type { TestUser } from "./factories.ts";
import { createSoftwarePasskey, type Deviation, type SoftwarePasskey } from "./software-authenticator.ts";

/** Where the panel is opened in tests of passkeys. Without PUBLIC_URL the relying party is `localhost`. */
export const passkeyOrigin = "http://localhost:3000";

/** A passkey of an account, and the response that added it. */
export interface AddedPasskey extends SoftwarePasskey {
  readonly response: ApiResponse;
  /** The id in the API. */
  readonly passkeyId: string;
}

/** Adds a passkey for the person of a session. */
export async function addPasskey(
  client: ApiClient,
  { name = "Laptop", ...deviation }: Deviation & { readonly name?: string } = {},
): Promise<AddedPasskey> {
  const options = await client.post("/me/passkeys/options");
  if (options.statusCode !== 200) throw new Error(options.body);
  const passkey = createSoftwarePasskey(options.json(), passkeyOrigin, deviation);
  const response = await client.post("/me/passkeys", { name, credential: passkey.registration });
  return { ...passkey, response, passkeyId: response.json<{ id: string }>().id };
}

/** The request that adds a passkey in a session, without one for its options. */
export function createRegistration(
  { clock, config, secrets }: Pick<TestApp["deps"], "clock" | "config" | "secrets">,
  { accountId }: Pick<TestUser, "accountId">,
  sessionId: string,
): unknown {
  const challenge = createChallenge(
    secrets,
    toSessionScope("registration", { accountId, sessionId }),
    clock.now(),
  );
  const options = {
    rp: { id: getRelyingParty(config).id },
    user: { id: toUserHandle(accountId) },
    challenge: toBase64url(challenge),
  };
  return { name: "Laptop", credential: createSoftwarePasskey(options, passkeyOrigin).registration };
}

/** Adds a passkey that nobody can use, directly in the database. Returns its id. Open sessions have passed it. */
export async function insertPasskey(
  t: Pick<TestApp, "sql">,
  { accountId }: Pick<TestUser, "accountId">,
): Promise<string> {
  const id = systemIds.next();
  await t.sql(
    `INSERT INTO account_passkeys (passkey_id, account_id, credential_id, public_key, sign_count, transports, name,
       backed_up, created_at)
     VALUES ($1, $2, $3, '', 0, '{}', 'Laptop', true, now())`,
    [id, accountId, id],
  );
  await t.sql("UPDATE sessions SET two_factor = true WHERE account_id = $1", [accountId]);
  return id;
}

/** Requests options to use a passkey; `cookie` is that of a session or of a pending sign-in. */
export async function getOptions(
  t: Pick<TestApp, "anonymous">,
  cookie = "",
  purpose?: "sign-in" | "second-factor" | "step-up",
): Promise<PasskeyRequestOptions> {
  const query = purpose === undefined ? "" : `?purpose=${purpose}`;
  const headers = { origin: testOrigin, ...(cookie === "" ? {} : { cookie }) };
  const response = await t.anonymous.post(`/sessions/passkey/options${query}`, undefined, headers);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}

/** Sends the use of a passkey as a sign-in. */
export function signInWith(
  t: Pick<TestApp, "anonymous">,
  credential: AssertionCredential,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiResponse> {
  return t.anonymous.post("/sessions/passkey", { credential }, headers);
}
