/** Whether the time of a response tells somebody that an address has an account. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { PasskeyRequestOptions } from "@gatehouse/sdk/contract";
import { createSoftwarePasskey } from "../../packages/server/test/software-authenticator.ts";
import { quantile } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase } from "../harness/database.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, type Row, valueRow } from "../harness/report.ts";

/** The hash of another system that imported accounts have, of the usual cost. */
const bcrypt = "$2b$10$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";

/** Requests of each kind. */
const requests = 200;

interface Comparison {
  readonly what: string;
  readonly path: string;
  /** Addresses with an account; of a passkey, IDs that are stored. */
  readonly known: readonly string[];
  /** Those that nobody has. */
  readonly toUnknown: (index: number) => string;
  /** Runs before the requests. */
  readonly prepare?: () => Promise<void>;
  /** What is sent. Its preparation isn't measured. */
  readonly toBody: (identity: string, index: number) => object | Promise<object>;
}

/** `npm run bench -- same-time` */
export const sameTime: Benchmark = {
  name: "same-time",
  summary: "responses for known and unknown addresses",
  run: async (log) => {
    const database = await createBenchDatabase();
    const [plain, withFactor] = [await createAddresses(database), await createAddresses(database)];
    await addPasskeys(database, await createAddresses(database));
    await database.sql(
      `INSERT INTO account_totp (account_id, secret, created_at, enabled_at)
       SELECT account_id, 'not used', now(), now() FROM accounts WHERE email = ANY($1)`,
      [withFactor],
    );
    const server = await startGatehouse(database.url, { TRUSTED_PROXIES: "127.0.0.1" });
    const wrongPassword = (email: string, index: number) => ({
      email,
      password: `a wrong password ${index}`,
    });
    // A stranger's wrong password meanwhile: the owner is at the second step.
    await database.sql(
      `INSERT INTO sign_in_challenges (token_hash, account_id, created_at, expires_at)
       SELECT encode(sha256(email::bytea), 'hex'), account_id, now(), now() + interval '10 minutes'
       FROM accounts WHERE email = ANY($1)`,
      [withFactor],
    );
    const toUnknown = (index: number) => `nobody-${index}@example.test`;
    const addresses = { known: plain, toUnknown };
    const comparisons: readonly Comparison[] = [
      { ...addresses, what: "sign-in", path: "/sessions", toBody: wrongPassword },
      {
        ...addresses,
        what: "sign-in, with a second factor",
        path: "/sessions",
        known: withFactor,
        toBody: wrongPassword,
      },
      {
        ...addresses,
        what: "password reset",
        path: "/password-resets",
        toBody: (email) => ({ email }),
      },
      {
        what: "passkey",
        path: "/sessions/passkey",
        known: plain.map((_, index) => toCredentialId(index)),
        toUnknown: () => randomBytes(32).toString("base64url"),
        toBody: (id) => usePasskey(server.url, id),
      },
      // The last one: from now on every wrong password does this work.
      {
        ...addresses,
        what: "sign-in, of an imported account",
        path: "/sessions",
        prepare: async () => {
          await database.sql("UPDATE accounts SET password_hash = $2 WHERE email = ANY($1)", [plain, bcrypt]);
        },
        toBody: wrongPassword,
      },
    ];
    const rows: Row[] = [];
    const raw = [
      `${database.version}; ${requests} requests of each kind, one after the other, in random order`,
    ];
    for (const comparison of comparisons) {
      log(comparison.what);
      await comparison.prepare?.();
      const { known, unknown } = await compare(server.url, comparison);
      const value = Math.abs(quantile(known, 0.5) - quantile(unknown, 0.5));
      rows.push(
        valueRow({
          what: `${comparison.what}: difference of the medians for known and unknown addresses`,
          value,
          unit: "ms",
          goal: { max: 5 },
        }),
      );
      raw.push(`${comparison.what}: known ${describe(known)}, unknown ${describe(unknown)}`);
    }
    await server.stop();
    await database.close();
    return { rows, raw };
  },
};

async function createAddresses(database: BenchDatabase): Promise<readonly string[]> {
  const acme = await database.organization();
  const users = await database.users(
    acme,
    Array.from({ length: requests }, () => ({ roles: ["viewer"] })),
  );
  return users.map(({ email }) => email);
}

/** Milliseconds of each response. Each request has its own network, so that none is throttled. */
async function compare(
  url: string,
  { path, known, toUnknown, toBody }: Comparison,
): Promise<{ readonly known: readonly number[]; readonly unknown: readonly number[] }> {
  const times = { known: [] as number[], unknown: [] as number[] };
  for (const [index, identity] of known.entries())
    for (const kind of Math.random() < 0.5
      ? (["known", "unknown"] as const)
      : (["unknown", "known"] as const)) {
      const body = await toBody(kind === "known" ? identity : toUnknown(index), index);
      const startedAt = performance.now();
      const response = await fetch(`${url}/api/v1${path}`, {
        method: "POST",
        headers: { origin: url, "content-type": "application/json", "x-forwarded-for": createAddress() },
        body: JSON.stringify(body),
      });
      await response.arrayBuffer();
      times[kind].push(performance.now() - startedAt);
      if (response.status !== 401 && response.status !== 202) throw new Error(`${path}: ${response.status}`);
      await sleep(15); // what is recorded after the response doesn't slow down the next one
    }
  return times;
}

const createPasskey = () =>
  createSoftwarePasskey({ rp: { id: "localhost" }, user: { id: "" }, challenge: "" }, "");

/** Its key isn't the one of any stored passkey. */
const passkey = createPasskey();

function toCredentialId(index: number): string {
  return Buffer.alloc(32, `bench ${index}`).toString("base64url");
}

/** Gives each account a passkey. */
async function addPasskeys(database: BenchDatabase, emails: readonly string[]): Promise<void> {
  for (const [index, email] of emails.entries())
    await database.sql(
      `INSERT INTO account_passkeys (passkey_id, account_id, credential_id, public_key, sign_count, transports, name,
         backed_up, created_at)
       SELECT gen_random_uuid(), account_id, $1, $2, 0, '{}', 'Bench', true, now() FROM accounts WHERE email = $3`,
      [toCredentialId(index), createPasskey().publicKey, email],
    );
}

/** Answers a new challenge with a signature of another key. */
async function usePasskey(url: string, id: string): Promise<object> {
  const response = await fetch(`${url}/api/v1/sessions/passkey/options`, {
    method: "POST",
    headers: { origin: url, "x-forwarded-for": createAddress() },
  });
  const options = (await response.json()) as PasskeyRequestOptions;
  const used = passkey.use(options, { origin: url, userHandle: null });
  return { credential: { ...used, id, rawId: id } };
}

let last = 0;

/** An unused IPv4 address. */
function createAddress(): string {
  last += 1;
  return `10.${Math.floor(last / 65_536)}.${Math.floor(last / 256) % 256}.${last % 256}`;
}

function describe(times: readonly number[]): string {
  return `${quantile(times, 0.5).toFixed(1)} ms (p95 ${quantile(times, 0.95).toFixed(1)})`;
}
