/**
 * What the exports of other systems look like:
 *
 * - Auth0: NDJSON of the bulk export, with bcrypt hashes from its support; ids as `auth0|…`
 * - Clerk: CSV of the dashboard
 * - Keycloak: the JSON of a realm or of its users, with the credentials of each
 * - Better Auth: a query of its tables `user` and `account`, as CSV or JSONL
 * - Firebase: the JSON or CSV of `auth:export`; the parameters of the hashes are in the console
 */
import type { ImportField, importPresets } from "@gatehouse/sdk/contract";
import {
  convertBetterAuthHash,
  convertFirebaseHash,
  convertKeycloakHash,
  type FirebaseParameters,
} from "../accounts/index.ts";
import type { SourceRecord } from "./read/source-record.ts";

export type { FirebaseParameters };

/** What a field is called, normalized: see `normalizeKey`. */
export const commonKeys: Readonly<Record<FieldName, readonly string[]>> = {
  email: ["email", "emailaddress", "mail"],
  name: ["name", "fullname", "displayname"],
  firstName: ["firstname", "givenname"],
  lastName: ["lastname", "familyname", "surname"],
  roles: ["roles", "role"],
  externalId: ["externalid"],
  phone: ["phone", "phonenumber"],
  status: ["status"],
  passwordHash: ["passwordhash"],
};

/** A field that a row can have. */
export type FieldName = ImportField | "passwordHash";

type Fields = SourceRecord["fields"];

interface Preset {
  /** Other keys than the common ones, normalized. */
  readonly keys: Partial<Readonly<Record<FieldName, readonly string[]>>>;
  /** Keys that no field has, but the functions below read. */
  readonly usedKeys: readonly string[];
  readonly externalId?: (fields: Fields) => string | undefined;
  readonly isSuspended?: (fields: Fields) => boolean;
  /** The hash in the stored form; null for an unknown form, undefined if there is none. */
  readonly convertHash?: (source: HashSource) => string | null | undefined;
}

interface HashSource {
  readonly fields: Fields;
  /** The text of the field for the hash. */
  readonly text: string | undefined;
  readonly firebase: FirebaseParameters | undefined;
}

/** The presets by name. */
export const presets: Readonly<Record<(typeof importPresets)[number], Preset>> = {
  auth0: {
    keys: { externalId: ["externalid", "userid"] },
    usedKeys: ["id", "blocked"],
    // The files with hashes have the id without its connection.
    externalId: (fields) => {
      const id = asObject(fields.get("id"))["$oid"];
      return typeof id === "string" ? `auth0|${id}` : undefined;
    },
    isSuspended: (fields) => isTrue(fields.get("blocked")),
  },
  clerk: {
    keys: {
      email: ["primaryemailaddress"],
      phone: ["primaryphonenumber"],
      externalId: ["externalid", "id"],
      passwordHash: ["passworddigest"],
    },
    usedKeys: ["banned", "locked"],
    isSuspended: (fields) => isTrue(fields.get("banned")),
  },
  keycloak: {
    keys: { externalId: ["externalid", "id"], roles: ["roles", "realmroles"] },
    usedKeys: ["enabled", "credentials"],
    isSuspended: (fields) => fields.get("enabled") === false || fields.get("enabled") === "false",
    convertHash: ({ fields, text }) => {
      const credentials = text === undefined ? fields.get("credentials") : [parseJson(text)];
      if (!Array.isArray(credentials)) return undefined;
      const password = credentials
        .map(asObject)
        .find(({ type = "password", secretData }) => type === "password" && secretData !== undefined);
      if (password === undefined) return text === undefined ? undefined : null;
      const { secretData, credentialData } = password;
      return convertKeycloakHash({ secretData: toJson(secretData), credentialData: toJson(credentialData) });
    },
  },
  "better-auth": {
    keys: { externalId: ["externalid", "id", "userid"], passwordHash: ["password"] },
    usedKeys: ["banned"],
    isSuspended: (fields) => isTrue(fields.get("banned")),
    convertHash: ({ text }) => (text === undefined ? undefined : convertBetterAuthHash(text)),
  },
  firebase: {
    keys: { externalId: ["externalid", "localid", "uid"] },
    usedKeys: ["salt", "passwordsalt", "disabled"],
    isSuspended: (fields) => isTrue(fields.get("disabled")),
    convertHash: ({ fields, text, firebase }) => {
      const salt = fields.get("salt") ?? fields.get("passwordsalt");
      if (text === undefined || typeof salt !== "string" || salt === "" || firebase === undefined)
        return text === undefined ? undefined : null;
      return convertFirebaseHash({ passwordHash: toBase64(text), salt: toBase64(salt) }, firebase);
    },
  },
};

/**
 * The parameters that the Firebase console shows: lines such as `base64_signer_key: …,` between `hash_config {` and `}`. Null if one is
 * missing.
 */
export function parseFirebaseParameters(text: string): FirebaseParameters | null {
  const read = (name: string) => new RegExp(`${name}"?\\s*[:=]\\s*"?([^\\s",]+)`, "i").exec(text)?.[1];
  const [signerKey, saltSeparator] = [read("base64_signer_key"), read("base64_salt_separator")];
  const [rounds, memoryCost] = [Number(read("rounds")), Number(read("mem_cost"))];
  if (signerKey === undefined || saltSeparator === undefined) return null;
  if (!Number.isInteger(rounds) || !Number.isInteger(memoryCost)) return null;
  return { signerKey, saltSeparator, rounds, memoryCost };
}

/** Firebase writes base64 for URLs in JSON. */
function toBase64(text: string): string {
  return text.replaceAll("-", "+").replaceAll("_", "/");
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true" || value === 1 || value === "1";
}

function toJson(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
