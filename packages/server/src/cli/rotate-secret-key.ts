/** A change of the secret key while processes run: each has the new key and the previous one. */
import type pg from "pg";
import type { Engine } from "../db/engine.ts";
import { openTotpSecret, sealTotpSecret } from "../features/second-factors/accept-factor.ts";
import { computeFingerprint, createSecrets } from "../ports/secrets.ts";

/**
 * Makes `key` that of the installation if it has `previousKey`, and encrypts what is encrypted with the previous one again. Does
 * nothing when the installation has another key.
 */
export async function rotateSecretKey(engine: Engine, key: string, previousKey: string): Promise<void> {
  const [fingerprint, previousFingerprint] = [computeFingerprint(key), computeFingerprint(previousKey)];
  await engine.withoutTimeout(async (client) => {
    await client.query("begin");
    try {
      // Also orders the processes that start at the same time.
      const { rowCount } = await client.query(
        `update public.installation set secret_key_fingerprint = $1
         where secret_key_fingerprint in ($1, $2)`,
        [fingerprint, previousFingerprint],
      );
      if (rowCount === 1) await encryptAgain(client, key, previousKey);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw error;
    }
  });
}

/** A process that has only the previous key may have stored secrets since the last time. */
async function encryptAgain(client: pg.ClientBase, key: string, previousKey: string): Promise<void> {
  const [current, previous] = [createSecrets(key), createSecrets(previousKey)];
  const { rows } = await client.query<{ id: string; secret: string }>(
    "select account_id as id, secret from public.account_totp order by account_id for update",
  );
  for (const { id, secret } of rows) {
    const opened = openTotpSecret(current, id, secret) === null ? openTotpSecret(previous, id, secret) : null;
    if (opened !== null)
      await client.query("update public.account_totp set secret = $2 where account_id = $1", [
        id,
        sealTotpSecret(current, id, opened),
      ]);
  }
}
