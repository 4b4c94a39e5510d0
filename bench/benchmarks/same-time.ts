/** Whether the time of a response tells somebody that an address has an account. */
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../harness/compare.ts";
import { type BenchDatabase, createBenchDatabase } from "../harness/database.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, type Row, valueRow } from "../harness/report.ts";

/** Requests of each kind. */
const requests = 200;

interface Comparison {
  readonly what: string;
  readonly path: string;
  /** Addresses with an account. */
  readonly known: readonly string[];
  readonly toBody: (email: string, index: number) => object;
}

/** `npm run bench -- same-time` */
export const sameTime: Benchmark = {
  name: "same-time",
  summary: "responses for known and unknown addresses",
  run: async (log) => {
    const database = await createBenchDatabase();
    const [plain, withFactor] = [await createAddresses(database), await createAddresses(database)];
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
    const comparisons: readonly Comparison[] = [
      { what: "sign-in", path: "/sessions", known: plain, toBody: wrongPassword },
      {
        what: "sign-in, with a second factor",
        path: "/sessions",
        known: withFactor,
        toBody: wrongPassword,
      },
      { what: "password reset", path: "/password-resets", known: plain, toBody: (email) => ({ email }) },
    ];
    const rows: Row[] = [];
    const raw = [
      `${database.version}; ${requests} requests of each kind, one after the other, in random order`,
    ];
    for (const comparison of comparisons) {
      log(comparison.what);
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
  { path, known, toBody }: Comparison,
): Promise<{ readonly known: readonly number[]; readonly unknown: readonly number[] }> {
  const times = { known: [] as number[], unknown: [] as number[] };
  for (const [index, email] of known.entries())
    for (const kind of Math.random() < 0.5
      ? (["known", "unknown"] as const)
      : (["unknown", "known"] as const)) {
      const body = toBody(kind === "known" ? email : `nobody-${index}@example.test`, index);
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

let last = 0;

/** An unused IPv4 address. */
function createAddress(): string {
  last += 1;
  return `10.${Math.floor(last / 65_536)}.${Math.floor(last / 256) % 256}.${last % 256}`;
}

function describe(times: readonly number[]): string {
  return `${quantile(times, 0.5).toFixed(1)} ms (p95 ${quantile(times, 0.95).toFixed(1)})`;
}
