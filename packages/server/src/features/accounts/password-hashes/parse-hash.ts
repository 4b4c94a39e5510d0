/**
 * Password hashes as they are stored: our own, and those of other systems, which are replaced at the next sign-in. All are
 * strings in the PHC format (`$id$parameters$salt$hash`, base64 without padding), except bcrypt, which has its own:
 *
 * - `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`, `$argon2i$…`
 * - `$2b$12$…`, `$2a$…`, `$2y$…` (bcrypt)
 * - `$scrypt$ln=14,r=16,p=1$salt$hash`
 * - `$firebase-scrypt$ln=14,r=8,k=signer key,s=salt separator$salt$hash`
 * - `$pbkdf2-sha256$i=600000$salt$hash`, also `-sha1` and `-sha512`
 *
 * Parameters above the limits are not accepted: an imported hash must not cost more than about a second and 128 MiB.
 */

/** A hash that isn't one of ours. */
export type ForeignHash =
  | { readonly is: "argon2"; readonly text: string }
  | { readonly is: "bcrypt"; readonly text: string; readonly cost: number }
  | (Derived & { readonly is: "scrypt"; readonly cost: ScryptCost })
  | (Derived & {
      readonly is: "firebase-scrypt";
      readonly cost: ScryptCost;
      readonly signerKey: Buffer;
      readonly separator: Buffer;
    })
  | (Derived & {
      readonly is: "pbkdf2";
      readonly digest: "sha1" | "sha256" | "sha512";
      readonly iterations: number;
    });

interface Derived {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Cost, block size and parallelization, as in RFC 7914. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's recommended argon2id parameters: 19 MiB, two iterations, one lane. */
export const currentCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const { memoryCost, timeCost, parallelism } = currentCost;
const currentPrefix = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`;

/** Whether a hash was made by Gatehouse with today's parameters. The index `accounts_foreign_hashes` contains the others. */
export function isCurrentHash(stored: string): boolean {
  return stored.startsWith(currentPrefix);
}

/** A hash of another system or with other parameters; null if the format is unknown or verifying would cost too much. */
export function parseForeignHash(stored: string): ForeignHash | null {
  if (stored.length > 1000) return null;
  const [, id = "", ...parts] = stored.split("$");
  if (/^2[aby]$/.test(id)) return parseBcrypt(stored);
  if (id === "argon2id" || id === "argon2i") return parseArgon2(stored);
  const [parameters, salt, hash] = parts.length === 3 ? parts : [];
  const derived = { salt: decode(salt, 256), hash: decode(hash, 128) };
  if (parameters === undefined || derived.salt === null || derived.hash === null || derived.hash.length < 16)
    return null;
  const common = { salt: derived.salt, hash: derived.hash };
  if (id === "scrypt") return parseScrypt(parameters, common);
  if (id === "firebase-scrypt") return parseFirebase(parameters, common);
  return id.startsWith("pbkdf2-") ? parsePbkdf2(id.slice(7), parameters, common) : null;
}

function parseBcrypt(text: string): ForeignHash | null {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text)?.[1]);
  return cost >= 4 && cost <= 14 ? { is: "bcrypt", text, cost } : null;
}

function parseArgon2(text: string): ForeignHash | null {
  const found =
    /^\$argon2id?\$v=19\$m=(\d{1,6}),t=(\d{1,4}),p=(\d{1,2})\$[\w+/-]{11,86}\$[\w+/-]{22,171}$/.exec(text);
  const [memory, passes, lanes] = (found ?? []).slice(1).map(Number);
  if (memory === undefined || passes === undefined || lanes === undefined) return null;
  const isAffordable = memory <= 131_072 && memory * passes <= 524_288 && lanes <= 16;
  return isAffordable && memory >= 8 * lanes && passes >= 1 && lanes >= 1 ? { is: "argon2", text } : null;
}

function parseScrypt(parameters: string, derived: Derived): ForeignHash | null {
  const [ln, r, p] = (/^ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})$/.exec(parameters) ?? []).slice(1).map(Number);
  const cost = createScryptCost(ln, r, p);
  return cost === null ? null : { is: "scrypt", cost, ...derived };
}

function parseFirebase(parameters: string, derived: Derived): ForeignHash | null {
  const [ln, r, key, text] = (
    /^ln=(\d{1,2}),r=(\d{1,2}),k=([\w+/-]+),s=([\w+/-]*)$/.exec(parameters) ?? []
  ).slice(1);
  const cost = createScryptCost(Number(ln), Number(r), 1);
  const [signerKey, separator] = [decode(key, 128), text === "" ? Buffer.alloc(0) : decode(text, 64)];
  if (cost === null || signerKey === null || separator === null) return null;
  return { is: "firebase-scrypt", cost, signerKey, separator, ...derived };
}

function createScryptCost(ln = Number.NaN, r = 0, p = 0): ScryptCost | null {
  const N = 2 ** ln;
  const isAffordable = N * r <= 2 ** 20 && N * r * p <= 2 ** 20;
  return isAffordable && ln >= 1 && r >= 1 && p >= 1 ? { N, r, p } : null;
}

const digestSizes = { sha1: 20, sha256: 32, sha512: 64 } as const;

function parsePbkdf2(name: string, parameters: string, derived: Derived): ForeignHash | null {
  const digest = (["sha1", "sha256", "sha512"] as const).find((known) => known === name);
  const iterations = Number(/^i=(\d{1,7})$/.exec(parameters)?.[1]);
  if (digest === undefined) return null;
  const isAffordable = iterations * Math.ceil(derived.hash.length / digestSizes[digest]) <= 2_500_000;
  return isAffordable && iterations >= 1 ? { is: "pbkdf2", digest, iterations, ...derived } : null;
}

/** Base64 without padding; null for anything else or more than `maxBytes`. */
function decode(text: string | undefined, maxBytes: number): Buffer | null {
  if (text === undefined || !/^[\w+/-]+$/.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.length > maxBytes || bytes.length === 0 ? null : bytes;
}
