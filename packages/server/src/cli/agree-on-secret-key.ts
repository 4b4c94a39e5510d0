/** Sees to it that every process of an installation has the same secret key. */
import type { Config } from "../config.ts";
import { queryAlone } from "../database/connections.ts";
import { secretKeyFile } from "../database/data-folder.ts";
import type { Engine } from "../database/engine.ts";
import { fingerprintOf } from "../ports/secrets.ts";
import { CommandError } from "./command.ts";
import { keepSecretKey, missingSecretKey, readSecretKey } from "./secret-key.ts";

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
  const isInUse = agreement === "same" || (await isSetUp(engine));
  const key = settings.secretKey ?? keepSecretKey(settings.dataDir, { isInUse });
  if (agreement === "same") return key;
  await engine.pool.query(
    "update public.installation set secret_key_fingerprint = $1 where secret_key_fingerprint is null",
    [fingerprintOf(key)],
  );
  return agreeOnSecretKey(engine, settings); // another process may have been first, with another key
}

/** Whether there is an organization: one that was made before fingerprints were noted needs the key that it had. */
async function isSetUp({ pool }: Pick<Engine, "pool">): Promise<boolean> {
  const found = await queryAlone(pool, { text: "select from organizations limit 1" });
  return found.rowCount === 1;
}

/** Makes the key of this process that of the installation. */
export async function acceptSecretKey(engine: Engine, settings: KeySettings): Promise<void> {
  const key = settings.secretKey ?? keepSecretKey(settings.dataDir, { isInUse: false });
  await engine.pool.query("update public.installation set secret_key_fingerprint = $1", [fingerprintOf(key)]);
}

/** One line that says what to do about it. */
export function describeDisagreement(agreement: "different" | "missing", settings: KeySettings): string {
  const change =
    "To change the key on purpose run: gatehouse migrate --accept-secret-key (links in open invitations stop working)";
  if (agreement === "missing") {
    return missingSecretKey(secretKeyFile(settings.dataDir));
  }
  const place = settings.secretKey === null ? `The key in ${secretKeyFile(settings.dataDir)}` : "SECRET_KEY";
  return `${place} is not the one that this installation was started with. Give every process the same one. ${change}`;
}
