/** An authenticator in software: creates and uses passkeys as a browser would, and wrongly where a test says so. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type {
  AssertionCredential,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
  RegistrationCredential,
} from "@gatehouse/sdk/contract";

/** What differs from a correct response. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly isUserPresent?: boolean;
  readonly isUserVerified?: boolean;
  /** The signature counter; 0 for authenticators that don't count. */
  readonly signCount?: number;
  readonly userHandle?: string | null;
  /** Signs with another key. */
  readonly key?: KeyObject;
  /** `fmt` and `attStmt` of the attestation. */
  readonly attestation?: readonly [format: string, statement: ReadonlyMap<string, unknown>];
}

/** A passkey of the authenticator. */
export interface SoftwarePasskey {
  readonly id: string;
  /** COSE key, base64. */
  readonly publicKey: string;
  /** The response for `POST /me/passkeys`. */
  readonly registration: RegistrationCredential;
  /** Responds to request options. The counter stays 0 unless the deviation sets it. */
  readonly use: (options: PasskeyRequestOptions, deviation?: Deviation) => AssertionCredential;
}

/** Creates a passkey for the options, at an origin. */
export function createSoftwarePasskey(
  options: {
    readonly rp: Pick<PasskeyCreationOptions["rp"], "id">;
    readonly user: Pick<PasskeyCreationOptions["user"], "id">;
    readonly challenge: string;
  },
  origin: string,
  deviation: Deviation = {},
): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(32);
  const id = credentialId.toString("base64url");
  const clientDataJSON = toClientData("webauthn.create", options.challenge, origin, deviation);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(credentialId.length);
  const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, encodeCbor(toCoseKey(publicKey))]);
  const authData = toAuthenticatorData(deviation.rpId ?? options.rp.id, deviation, attested);
  const [format, statement] = deviation.attestation ?? ["none", new Map()];
  const attestationObject = encodeCbor(
    new Map<string, unknown>([
      ["fmt", format],
      ["attStmt", statement],
      ["authData", authData],
    ]),
  ).toString("base64url");
  const common = { id, rawId: id, type: "public-key", clientExtensionResults: {} } as const;
  return {
    id,
    publicKey: encodeCbor(toCoseKey(publicKey)).toString("base64"),
    registration: { ...common, response: { clientDataJSON, attestationObject, transports: ["internal"] } },
    use: (request, changed = {}) => {
      const data = toClientData("webauthn.get", request.challenge, origin, changed);
      const authenticatorData = toAuthenticatorData(changed.rpId ?? request.rpId, changed);
      const hash = createHash("sha256").update(Buffer.from(data, "base64url")).digest();
      const signature = sign("sha256", Buffer.concat([authenticatorData, hash]), changed.key ?? privateKey);
      return {
        ...common,
        response: {
          clientDataJSON: data,
          authenticatorData: authenticatorData.toString("base64url"),
          signature: signature.toString("base64url"),
          userHandle: changed.userHandle === undefined ? options.user.id : changed.userHandle,
        },
      };
    },
  };
}

function toClientData(type: string, challenge: string, origin: string, deviation: Deviation): string {
  return Buffer.from(
    JSON.stringify({
      type: deviation.type ?? type,
      challenge: deviation.challenge ?? challenge,
      origin: deviation.origin ?? origin,
      crossOrigin: deviation.crossOrigin ?? false,
    }),
  ).toString("base64url");
}

/** Flags of authenticator data: user present, user verified, attested credential data. */
const flags = { isPresent: 0x01, isVerified: 0x04, hasCredential: 0x40 };

function toAuthenticatorData(
  rpId: string,
  { isUserPresent = true, isUserVerified = true, signCount = 0 }: Deviation,
  attested: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(37);
  createHash("sha256").update(rpId).digest().copy(head);
  head[32] =
    (isUserPresent ? flags.isPresent : 0) +
    (isUserVerified ? flags.isVerified : 0) +
    (attested.length > 0 ? flags.hasCredential : 0);
  head.writeUInt32BE(signCount, 33);
  return Buffer.concat([head, attested]);
}

/** A COSE key: EC2, ES256, P-256, x, y. */
function toCoseKey(publicKey: KeyObject): ReadonlyMap<number, unknown> {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const key = new Map<number, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
  ]);
  return key.set(-2, Buffer.from(x, "base64url")).set(-3, Buffer.from(y, "base64url"));
}

/** Encodes integers, texts, bytes, lists and maps as CBOR (RFC 8949). */
function encodeCbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? toHead(1, -1 - value) : toHead(0, value);
  if (typeof value === "string")
    return Buffer.concat([toHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([toHead(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([toHead(4, value.length), ...value.map(encodeCbor)]);
  if (value instanceof Map)
    return Buffer.concat([toHead(5, value.size), ...[...value].flat().map(encodeCbor)]);
  throw new TypeError("CBOR of this value is not supported.");
}

function toHead(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
}
