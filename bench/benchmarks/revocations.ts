/** How long a yes outlives the role that it rests on: two servers, two programs with copies, one database. */
import { revokeAll } from "../../packages/server/test/revoke-all.ts";
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
  summary: `${count.toLocaleString("en")} roles taken, and how long until programs with a copy know`,
  run: async (say) => {
    say(`inventing ${count} people`);
    const database = await createBenchDatabase();
    const acme = await database.organization();
    const wishes = Array.from({ length: count }, () => ({ roles: ["campaign-approver"] }));
    const people = (await database.users(acme, wishes)).map(({ userId }) => userId);
    await database.sql("ANALYZE");
    const { key } = await database.apiKey(acme, { permissions: null });
    const servers = await Promise.all([1, 2].map(() => startGatehouse(database.url)));
    say("taking their roles");
    const startedAt = performance.now();
    const arrivals = await revokeAll({
      servers: servers.map(({ url }) => url),
      organizationId: acme.organizationId,
      key,
      people,
      atOnce: 4,
      onProgress: (done) => {
        if (done % 1_000 === 0) say(`${done} of ${count}`);
      },
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const { stop } of servers) await stop();
    await database.close();
    const [p50 = 0, p99 = 0, most = 0] = [0.5, 0.99, 1].map((share) => quantile(arrivals, share));
    const stale = arrivals.filter((late) => late > maxStaleness).length;
    return {
      rows: [
        valueRow({ what: "yes beyond maxStaleness", value: stale, unit: "", goal: { most: 0 } }),
        valueRow({
          what: "a revocation is known to programs, p99",
          value: p99,
          unit: "ms",
          goal: { most: 250 },
        }),
      ],
      raw: [
        `${database.version}; two servers, two programs, four requests at once, ${short(count / seconds)} revocations/s`,
        `last yes after the answer to whoever took the role: p50 ${short(p50)}, p99 ${short(p99)}, most ${short(most)} ms (${arrivals.length} figures)`,
      ],
    };
  },
};
