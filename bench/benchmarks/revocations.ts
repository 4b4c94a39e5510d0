/** How long a permission is granted after its role was removed: two servers, two programs with replicas, one database. */
import { measureRevocations } from "../../packages/server/test/measure-revocations.ts";
import { quantile } from "../harness/compare.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";

const count = 10_000;
/** Milliseconds: the SDK's own default. */
const maxStaleness = 5_000;

/** `npm run bench -- revocations` */
export const revocations: Benchmark = {
  name: "revocations",
  summary: `${count.toLocaleString("en")} roles removed, and the time until programs with a replica know`,
  run: async (log) => {
    log(`creating ${count} users`);
    const database = await createBenchDatabase();
    const acme = await database.organization();
    const newUsers = Array.from({ length: count }, () => ({ roles: ["campaign-approver"] }));
    const userIds = (await database.users(acme, newUsers)).map(({ userId }) => userId);
    await database.sql("ANALYZE");
    const { key } = await database.apiKey(acme, { permissions: null });
    const servers = await Promise.all([1, 2].map(() => startGatehouse(database.url)));
    log("removing their roles");
    const startedAt = performance.now();
    const arrivals = await measureRevocations({
      servers: servers.map(({ url }) => url),
      organizationId: acme.organizationId,
      key,
      userIds,
      concurrency: 4,
      onProgress: (done) => {
        if (done % 1_000 === 0) log(`${done} of ${count}`);
      },
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const { stop } of servers) await stop();
    await database.close();
    const [p50 = 0, p99 = 0, max = 0] = [0.5, 0.99, 1].map((share) => quantile(arrivals, share));
    const stale = arrivals.filter((late) => late > maxStaleness).length;
    return {
      rows: [
        valueRow({ what: "granted beyond maxStaleness", value: stale, unit: "", goal: { max: 0 } }),
        valueRow({
          what: "a revocation is known to programs, p99",
          value: p99,
          unit: "ms",
          goal: { max: 250 },
        }),
      ],
      raw: [
        `${database.version}; two servers, two programs, four requests at once, ${short(count / seconds)} revocations/s`,
        `last grant after the response to the removal: p50 ${short(p50)}, p99 ${short(p99)}, max ${short(max)} ms (${arrivals.length} figures)`,
      ],
    };
  },
};
