/**
 * Converts exported password hashes into the form in which they are stored. Auth0 and Clerk export bcrypt and argon2 as they are
 * stored here. Each function returns null if it doesn't know the format, or verifying would cost too much.
 */
import { isCurrentHash, parseForeignHash } from "./parse-hash.ts";

/** A hash that is in the stored form already. */
export function acceptHash(stored: string): string | null {
  return isCurrentHash(stored) || parseForeignHash(stored) !== null ? stored : null;
}

/** Better Auth: `salt:key`, both hexadecimal. The salt is hashed as the text that it is. */
export function convertBetterAuthHash(text: string): string | null {
  const [, salt, key] = /^([0-9a-f]{16,128}):([0-9a-f]{128})$/.exec(text) ?? [];
  if (salt === undefined || key === undefined) return null;
  return acceptHash(`$scrypt$ln=14,r=16,p=1$${encode(Buffer.from(salt))}$${encode(Buffer.from(key, "hex"))}`);
}

/** Django: `algorithm$parameters…`. */
export function convertDjangoHash(text: string): string | null {
  const [algorithm = "", iterations = "", salt = "", hash = ""] = text.split("$");
  if (algorithm === "argon2" || algorithm === "bcrypt")
    return acceptHash(text.slice(text.indexOf("$") + (algorithm === "bcrypt" ? 1 : 0)));
  const digest = { pbkdf2_sha256: "sha256", pbkdf2_sha1: "sha1" }[algorithm];
  if (digest === undefined) return null;
  return acceptHash(`$pbkdf2-${digest}$i=${iterations}$${encode(Buffer.from(salt))}$${withoutPadding(hash)}`);
}

/** A credential of Keycloak: the JSON texts of its two columns. */
export interface KeycloakCredential {
  readonly secretData: string;
  readonly credentialData: string;
}

/** Keycloak: PBKDF2, or argon2 since version 24. */
export function convertKeycloakHash({ secretData, credentialData }: KeycloakCredential): string | null {
  const [secret, credential] = [parseObject(secretData), parseObject(credentialData)];
  const { value, salt } = secret;
  const { algorithm, hashIterations, additionalParameters } = credential;
  if (typeof value !== "string" || typeof salt !== "string" || typeof algorithm !== "string") return null;
  const end = `$${withoutPadding(salt)}$${withoutPadding(value)}`;
  if (algorithm === "argon2") {
    const { memory, parallelism, type, version } = asObject(additionalParameters);
    if (String(version) !== "1.3") return null;
    const id = `argon2${String(type)}`;
    return acceptHash(
      `$${id}$v=19$m=${String(memory)},t=${String(hashIterations)},p=${String(parallelism)}${end}`,
    );
  }
  const digest = algorithm === "pbkdf2" ? "sha1" : algorithm.replace(/^pbkdf2-/, "");
  return acceptHash(`$pbkdf2-${digest}$i=${String(hashIterations)}${end}`);
}

/** The password hash parameters of a Firebase project. Keys and separators are base64. */
export interface FirebaseParameters {
  readonly signerKey: string;
  readonly saltSeparator: string;
  readonly rounds: number;
  readonly memoryCost: number;
}

/** Firebase: its modified scrypt. The parameters of the project become part of each hash. */
export function convertFirebaseHash(
  { passwordHash, salt }: { readonly passwordHash: string; readonly salt: string },
  { signerKey, saltSeparator, rounds, memoryCost }: FirebaseParameters,
): string | null {
  const [key, separator] = [withoutPadding(signerKey), withoutPadding(saltSeparator)];
  const parameters = `ln=${memoryCost},r=${rounds},k=${key},s=${separator}`;
  return acceptHash(`$firebase-scrypt$${parameters}$${withoutPadding(salt)}$${withoutPadding(passwordHash)}`);
}

function encode(bytes: Buffer): string {
  return withoutPadding(bytes.toString("base64"));
}

function withoutPadding(base64: string): string {
  return base64.replace(/=+$/, "");
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(json));
  } catch {
    return {};
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
