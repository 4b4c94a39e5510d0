import { expect, test } from "vitest";
import { createPasswords } from "../passwords.ts";
import {
  acceptHash,
  convertBetterAuthHash,
  convertDjangoHash,
  convertFirebaseHash,
  convertKeycloakHash,
} from "./convert-hash.ts";
import type { ForeignHash } from "./parse-hash.ts";

const password = "correct horse battery staple";

/** Made with Python: hashlib, bcrypt 5.0, argon2-cffi 25.1. The one of Firebase is the published example of its repository. */
const keycloak = (algorithm: string, value: string, more: object = { hashIterations: 9000 }) =>
  convertKeycloakHash({
    secretData: JSON.stringify({ value, salt: "AAECAwQFBgcICQoLDA0ODw==", additionalParameters: {} }),
    credentialData: JSON.stringify({ algorithm, additionalParameters: {}, ...more }),
  });
const bcrypt = "$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";
const argon2id =
  "$argon2id$v=19$m=7168,t=5,p=1$MDEyMzQ1Njc4OWFiY2RlZg$iFYFbd6+YgSpBS95zKSeCiqMI6RfgwXfibpMk5AbxQY";
const firebase = {
  passwordHash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
  salt: "42xEC+ixf3L2lw==",
};
const firebaseProject = {
  signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  saltSeparator: "Bw==",
  rounds: 8,
  memoryCost: 14,
};
const django = "pbkdf2_sha256$10000$KrJ1fPzgkGZx$tSo355Im0ojuaSceuguZqT0lRFK5BiKkssT73OETxiI=";

const hashes: readonly (readonly [name: string, stored: string | null, right?: string])[] = [
  ["argon2id with other parameters", acceptHash(argon2id)],
  [
    "argon2i",
    acceptHash(
      "$argon2i$v=19$m=4096,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$N2o2vwxksjZrL3HII3pZHBhnjG5M+zwfbQTL/PdBNbo",
    ),
  ],
  ["bcrypt $2b$", acceptHash(bcrypt)],
  ["bcrypt $2y$", acceptHash(bcrypt.replace("$2b", "$2y"))],
  ["bcrypt $2a$", acceptHash("$2a$05$i1LbO.7C5NEQca9mD9mxdOx1/jIq8juN/AM//5rDaL4.zB0BSbZ1S")],
  [
    "bcrypt of letters beyond ASCII",
    acceptHash("$2b$05$yVwdUhoyUFc8Zn.bJi7K/uVxzNkWi8UTvcgvdwdUoAkbjrHe658na"),
    "pässword on the corner",
  ],
  [
    "Better Auth",
    convertBetterAuthHash(
      "a1b2c3d4e5f60718293a4b5c6d7e8f90:324edc178fed5536282e74074c3324e04fefe43848edb60f27189a615a3f3aa62dbba1687a79868912df5ffd483b6aa3bacd8d66996d30e217f5bf9f150d6996",
    ),
  ],
  ["Firebase", convertFirebaseHash(firebase, firebaseProject), "user1password"],
  [
    "Keycloak, SHA-256",
    keycloak(
      "pbkdf2-sha256",
      "U/OEUpdLK5KmqOMHPmUoEGsNz3X55RMSgPeBtlT28M8cWFmJiChhd32x7z6U6srNiSyQj87ZDMk8MIBrHTBS0g==",
    ),
  ],
  [
    "Keycloak, SHA-512",
    keycloak(
      "pbkdf2-sha512",
      "Ml0dmt2BShetjcmGIkukBSF1u4piW9tOMCwfezFVFNue4JshoYd5SfvTTl2o650YhcS/8T+Xjjt6I5Wfgelgdw==",
    ),
  ],
  [
    "Keycloak, SHA-1",
    keycloak(
      "pbkdf2",
      "yfcYESKcmMme6G9gcXnNjnhYVpzicxnk8yKXM19PjT5t6iIQu2PGI6zHbrxnp7+SyrhVmv0eal7FRgSotN17rw==",
    ),
  ],
  [
    "Keycloak, argon2",
    convertKeycloakHash({
      secretData: JSON.stringify({
        value: "iFYFbd6+YgSpBS95zKSeCiqMI6RfgwXfibpMk5AbxQY=",
        salt: "MDEyMzQ1Njc4OWFiY2RlZg==",
      }),
      credentialData: JSON.stringify({
        algorithm: "argon2",
        hashIterations: 5,
        additionalParameters: {
          type: ["id"],
          version: ["1.3"],
          memory: ["7168"],
          parallelism: ["1"],
          hashLength: ["32"],
        },
      }),
    }),
  ],
  ["Django", convertDjangoHash(django)],
  ["Django, argon2", convertDjangoHash(`argon2${argon2id}`)],
  ["Django, bcrypt", convertDjangoHash(`bcrypt$${bcrypt}`)],
];

const cases = hashes.map(([name, stored, right = password]) => ({ name, stored, right }));

test.each(cases)("verifies a password with a hash of $name", async ({ stored, right }) => {
  const { verifyForeign } = createPasswords();
  expect(stored).not.toBeNull();
  const alone = { isKnownDevice: false, sameWorkAs: [] };
  expect(await verifyForeign(stored, right, alone)).toBe(true);
  expect(await verifyForeign(stored, `${right}.`, alone)).toBe(false);
  const beside = { isKnownDevice: false, sameWorkAs: [bcrypt, bcrypt.replace("$05$", "$06$")] };
  expect(await verifyForeign(stored, right, beside)).toBe(true);
  expect(await verifyForeign(null, right, beside)).toBe(false); // that of somebody else
});

test.each([
  ["argon2 with too much memory", () => acceptHash(argon2id.replace("m=7168", "m=262144"))],
  ["argon2 with too many passes", () => acceptHash(argon2id.replace("t=5", "t=500"))],
  ["argon2 with too many lanes", () => acceptHash(argon2id.replace("p=1", "p=99"))],
  ["argon2 of an older version", () => acceptHash(argon2id.replace("v=19", "v=16"))],
  ["bcrypt with too high a cost", () => acceptHash(bcrypt.replace("$05$", "$15$"))],
  [
    "scrypt with too much memory",
    () => acceptHash("$scrypt$ln=20,r=8,p=1$AAECAwQFBgcICQ$AAECAwQFBgcICQAAECAwQFBgcICQ"),
  ],
  [
    "scrypt with too many lanes",
    () => acceptHash("$scrypt$ln=14,r=16,p=9$AAECAwQFBgcICQ$AAECAwQFBgcICQAAECAwQFBgcICQ"),
  ],
  [
    "Firebase with too much memory",
    () => convertFirebaseHash(firebase, { ...firebaseProject, memoryCost: 25 }),
  ],
  [
    "PBKDF2 with too many iterations",
    () => keycloak("pbkdf2-sha256", "AAECAwQFBgcICQAAECAwQFBgcICQ", { hashIterations: 2_600_000 }),
  ],
  ["PBKDF2 with a long hash", () => convertDjangoHash(`pbkdf2_sha256$2000000$salt$${"A".repeat(100)}`)],
  ["PBKDF2 with a short hash", () => convertDjangoHash("pbkdf2_sha256$2000$salt$AAAA")],
  ["no known format", () => acceptHash("5f4dcc3b5aa765d61d8327deb882cf99")],
  ["broken JSON", () => convertKeycloakHash({ secretData: "{", credentialData: "null" })],
  [
    "more than 1,000 characters",
    () => acceptHash(`$pbkdf2-sha256$i=1000$${"A".repeat(1000)}$AAECAwQFBgcICQAAECAwQFBgcICQ`),
  ],
])("doesn't accept %s", (_, convert) => {
  expect(convert()).toBeNull();
});

test("a stored hash above the limits matches no password, at the cost of no other", async () => {
  const { verify, verifyForeign } = createPasswords();
  const costly = bcrypt.replace("$05$", "$31$");
  expect(await verify(costly, password)).toBe(false);
  expect(await verifyForeign(costly, password, { isKnownDevice: false, sameWorkAs: [costly] })).toBe(false);
});

const salted = "$AAECAwQFBgcICQ$AAECAwQFBgcICQAAECAwQFBgcICQ";
const kinds = [
  bcrypt,
  bcrypt.replace("$05$", "$08$"),
  `$pbkdf2-sha256$i=1000${salted}`,
  `$pbkdf2-sha256$i=2500${salted}`,
  `$pbkdf2-sha1$i=1000${salted}`,
  `$scrypt$ln=4,r=2,p=1${salted}`,
  `$scrypt$ln=5,r=2,p=1${salted}`,
  `$firebase-scrypt$ln=4,r=2,k=AAECAwQF,s=Bw${salted}`,
  argon2id,
];

test.each([...kinds, null])(
  "a wrong password does the same work for %s as for any other stored hash",
  async (own) => {
    const work = new Map<string, number>();
    const { verifyForeign } = createPasswords(1, 1, {
      matchForeign: async (hash) => {
        const [kind, amount] = describeWork(hash);
        work.set(kind, (work.get(kind) ?? 0) + amount);
        return hash.is === "bcrypt" && hash.cost === 5 && own !== bcrypt; // what isn't its own doesn't count
      },
    });
    expect(await verifyForeign(own, "wrong", { isKnownDevice: false, sameWorkAs: kinds })).toBe(false);
    expect(Object.fromEntries(work)).toEqual({
      bcrypt: 2 ** 8,
      "pbkdf2-sha256": 2500,
      "pbkdf2-sha1": 1000,
      "scrypt 16": 1,
      "scrypt 32": 1,
      "firebase-scrypt 16": 1,
      argon2: 1,
    });
  },
);

function describeWork(hash: ForeignHash): readonly [kind: string, amount: number] {
  if (hash.is === "bcrypt") {
    expect(hash.text).toContain(`$${String(hash.cost).padStart(2, "0")}$`);
    return ["bcrypt", 2 ** hash.cost];
  }
  if (hash.is === "pbkdf2") return [`pbkdf2-${hash.digest}`, hash.iterations];
  return [hash.is === "argon2" ? hash.is : `${hash.is} ${hash.cost.N}`, 1];
}
