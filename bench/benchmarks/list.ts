/** The first page of a list of users, with its session and permission check, compared with its one necessary statement. */
import { interleave } from "../harness/compare.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { generateUsers } from "../harness/fixtures.ts";
import { createHttpCandidate } from "../harness/load.ts";
import { startBaseline, startGatehouse } from "../harness/processes.ts";
import { type Benchmark, ratioRow, rawFigures } from "../harness/report.ts";

const users = 10_000;
const baselineName = "bare Fastify route, that one SELECT";
const ourName = "GET …/users";

/** `npm run bench -- list` */
export const list: Benchmark = {
  name: "list",
  summary: `25 of ${users.toLocaleString("en")} users, for a signed-in user`,
  run: async (log) => {
    log(`creating ${users} users`);
    const database = await createBenchDatabase();
    const acme = await database.organization();
    await database.users(acme, generateUsers(users));
    await database.sql("ANALYZE");
    const cookie = `gatehouse=${await database.session(acme.owner)}`;
    const server = await startGatehouse(database.url);
    const baseline = await startBaseline("bare-fastify", {
      DATABASE_URL: database.superuserUrl,
      STATEMENT:
        "SELECT user_id, name, email, status, last_active_at, created_at FROM users WHERE organization_id = $1 ORDER BY name_key, user_id LIMIT 25",
    });
    log("requesting the first page");
    const path = `/api/v1/organizations/${acme.organizationId}/users`;
    const figures = await interleave(
      [
        createHttpCandidate(baselineName, baseline.url, [
          { method: "GET", path: `/rows/${acme.organizationId}` },
        ]),
        createHttpCandidate(ourName, server.url, [{ method: "GET", path, headers: { cookie } }]),
      ],
      { rounds: 12, warmUps: 8 },
    );
    await Promise.all([baseline.stop(), server.stop()]);
    await database.close();
    const what = "lists a second over HTTP, to a bare route with that SELECT";
    return {
      rows: [ratioRow(figures, { what, of: ourName, by: baselineName, goal: { min: 0.6 } })],
      raw: [`${database.version}; ${users} users, 25 a page`, ...rawFigures(figures, "requests/s")],
    };
  },
};
