/** The secret key of an installation: its file in DATA_DIR, and its fingerprint in the database, which every process compares. */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { CommandError } from "@gatehouse/cli";
import type { Config } from "../config.ts";
import { queryAlone } from "../db/connections.ts";
import { secretKeyFile } from "../db/data-folder.ts";
import type { Engine } from "../db/engine.ts";
import { computeFingerprint, createSecrets, type Secrets } from "../ports/secrets.ts";
import { describeFactorLosses } from "./factor-losses.ts";
import { rotateSecretKey } from "./rotate-secret-key.ts";

type KeySettings = Pick<Config, "secretKey" | "previousSecretKey" | "dataDir">;

/** How the key of this process compares with the fingerprint in the database; `previous`: it is that of SECRET_KEY_PREVIOUS. */
export type KeyComparison = "same" | "first" | "previous" | "different" | "missing";

/** A comparison after which the key can't be used. */
export type KeyMismatch = Exclude<KeyComparison, "same" | "first">;

/** Whether the key can't be used as it is. */
export function isMismatch(comparison: KeyComparison): comparison is KeyMismatch {
  return comparison !== "same" && comparison !== "first";
}

/** Compares the key and changes nothing. Needs an up-to-date schema. */
export async function compareSecretKey(engine: Engine, settings: KeySettings): Promise<KeyComparison> {
  const { rows } = await engine.pool.query<{ fingerprint: string | null }>(
    "select secret_key_fingerprint as fingerprint from public.installation",
  );
  const storedFingerprint = rows[0]?.fingerprint ?? null;
  if (storedFingerprint === null) return "first";
  const key = settings.secretKey ?? readSecretKey(secretKeyFile(settings.dataDir));
  if (key === null) return "missing";
  if (computeFingerprint(key) === storedFingerprint) return "same";
  const { previousSecretKey } = settings;
  const isPrevious =
    previousSecretKey !== null && computeFingerprint(previousSecretKey) === storedFingerprint;
  return isPrevious ? "previous" : "different";
}

/**
 * Returns the secrets of the installation. At the first start it creates a key, unless SECRET_KEY is set, and stores the
 * fingerprint. With SECRET_KEY_PREVIOUS the new key comes into force.
 * @throws CommandError when the installation was started with another key
 */
export async function openSecrets(engine: Engine, settings: KeySettings): Promise<Secrets> {
  const { secretKey, previousSecretKey } = settings;
  if (secretKey !== null && previousSecretKey !== null)
    await rotateSecretKey(engine, secretKey, previousSecretKey);
  return createSecrets(await resolveSecretKey(engine, settings), previousSecretKey);
}

async function resolveSecretKey(engine: Engine, settings: KeySettings): Promise<string> {
  const comparison = await compareSecretKey(engine, settings);
  if (isMismatch(comparison))
    throw new CommandError(describeKeyMismatch(comparison, settings) + (await describeFactorLosses(engine)));
  const isInUse = comparison === "same" || (await hasOrganization(engine));
  const key = settings.secretKey ?? loadOrCreateSecretKey(settings.dataDir, { isInUse });
  if (comparison === "same") return key;
  await engine.pool.query(
    "update public.installation set secret_key_fingerprint = $1 where secret_key_fingerprint is null",
    [computeFingerprint(key)],
  );
  return resolveSecretKey(engine, settings); // another process may have stored the fingerprint of another key first
}

/** Whether there is an organization: one that is older than the fingerprint still needs its key. */
async function hasOrganization({ pool }: Pick<Engine, "pool">): Promise<boolean> {
  const found = await queryAlone(pool, { text: "select from public.organizations limit 1" });
  return found.rowCount === 1;
}

/** Makes the key of this process that of the installation. */
export async function acceptSecretKey(engine: Engine, settings: KeySettings): Promise<void> {
  const key = settings.secretKey ?? loadOrCreateSecretKey(settings.dataDir, { isInUse: false });
  await engine.pool.query("update public.installation set secret_key_fingerprint = $1", [
    computeFingerprint(key),
  ]);
}

/** The error message for a key that doesn't match, in one line. */
export function describeKeyMismatch(comparison: KeyMismatch, settings: KeySettings): string {
  if (comparison === "previous")
    return "The new SECRET_KEY is not in force yet. Run: gatehouse migrate. It also comes into force when a server starts.";
  const change =
    "To change the key on purpose run: gatehouse migrate --accept-secret-key (links in open invitations stop working).";
  if (comparison === "missing") {
    return describeMissingKey(secretKeyFile(settings.dataDir));
  }
  const place = settings.secretKey === null ? `The key in ${secretKeyFile(settings.dataDir)}` : "SECRET_KEY";
  return `${place} is not the one that this installation was started with. Give every process the same one. ${change}`;
}

/**
 * The key in `dataDir`, created at the first call. The caller holds the lock of the folder.
 * @throws CommandError when the file is missing although the data needs it
 */
export function loadOrCreateSecretKey(dataDir: string, { isInUse }: { readonly isInUse: boolean }): string {
  const file = secretKeyFile(dataDir);
  const existing = readSecretKey(file);
  if (existing !== null) return existing;
  if (isInUse) throw new CommandError(describeMissingKey(file));
  const created = randomBytes(32).toString("base64url");
  const temporaryFile = `${file}.new`;
  writeFileSync(temporaryFile, `${created}\n`, { mode: 0o600, flush: true });
  renameSync(temporaryFile, file);
  return created;
}

/** The error message for a key file that is missing although there is a database. */
export function describeMissingKey(file: string): string {
  return `The secret key is missing: ${file} isn't there, although the database holds an organization. Restore the file from a backup. If it is lost, run: gatehouse migrate --accept-secret-key. That makes a new one, and the links in open invitations stop working: send them again.`;
}

/** The key in a file; null when there is no file. */
export function readSecretKey(file: string): string | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  if (text.length >= 32) return text;
  throw new CommandError(
    `The secret key in ${file} is damaged. Restore it from a backup; without it every open invitation link is dead.`,
  );
}
