/** Sees to it that every process of an installation has the same secret key. */
import type { Config } from "../config.ts";
import type { Engine } from "../database/engine.ts";
import { fingerprintOf } from "../ports/secrets.ts";
import { CommandError } from "./command.ts";
import { keepSecretKey, readSecretKey, secretKeyFile } from "./secret-key.ts";

type KeySettings = Pick<Config, "secretKey" | "dataDir">;

/** What the database says about the key of this process. */
export type KeyAgreement = "same" | "first" | "different" | "missing";

/** Compares; changes nothing. The database has every migration. */
export async function compareSecretKey(engine: Engine, settings: KeySettings): Promise<KeyAgreement> {
  const { rows } = await engine.pool.query<{ fingerprint: string | null }>(
    "select secret_key_fingerprint as fingerprint from public.installation",
  );
  const noted = rows[0]?.fingerprint ?? null;
  if (noted === null) return "first";
  const key = settings.secretKey ?? readSecretKey(secretKeyFile(settings.dataDir));
  if (key === null) return "missing";
  return fingerprintOf(key) === noted ? "same" : "different";
}

/**
 * Gives the secret key, made where there never was one, and notes its fingerprint at the first start. Throws `CommandError`
 * when the installation has another.
 */
export async function agreeOnSecretKey(engine: Engine, settings: KeySettings): Promise<string> {
  const agreement = await compareSecretKey(engine, settings);
  if (agreement === "different" || agreement === "missing")
    throw new CommandError(describeDisagreement(agreement, settings));
  const key = settings.secretKey ?? keepSecretKey(settings.dataDir);
  if (agreement === "same") return key;
  await engine.pool.query(
    "update public.installation set secret_key_fingerprint = $1 where secret_key_fingerprint is null",
    [fingerprintOf(key)],
  );
  return agreeOnSecretKey(engine, settings); // another process may have been first, with another key
}

/** Makes the key of this process that of the installation. */
export async function acceptSecretKey(engine: Engine, settings: KeySettings): Promise<void> {
  const key = settings.secretKey ?? keepSecretKey(settings.dataDir);
  await engine.pool.query("update public.installation set secret_key_fingerprint = $1", [fingerprintOf(key)]);
}

/** One line that says what to do about it. */
export function describeDisagreement(agreement: "different" | "missing", settings: KeySettings): string {
  const change =
    "To change the key on purpose run: gatehouse migrate --accept-secret-key (links in open invitations stop working)";
  if (agreement === "missing") {
    return `The secret key in ${secretKeyFile(settings.dataDir)} is missing, and this database was used with one. Restore the file from a backup. ${change}`;
  }
  const place = settings.secretKey === null ? `The key in ${secretKeyFile(settings.dataDir)}` : "SECRET_KEY";
  return `${place} is not the one that this installation was started with. Give every process the same one. ${change}`;
}
