/** The first page of a list of users, with session and permission checked, beside the one statement that it can't do without. */
import { interleave } from "../harness/compare.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { underLoad } from "../harness/load.ts";
import { inventPeople } from "../harness/people.ts";
import { startFloor, startGatehouse } from "../harness/processes.ts";
import { type Benchmark, ratioRow, rawFigures } from "../harness/report.ts";

const users = 10_000;
const floorName = "bare Fastify route, that one SELECT";
const ourName = "GET …/users";

/** `npm run bench -- list` */
export const list: Benchmark = {
  name: "list",
  summary: `25 of ${users.toLocaleString("en")} users, by somebody who is signed in`,
  run: async (say) => {
    say(`inventing ${users} users`);
    const database = await createBenchDatabase();
    const acme = await database.organization();
    await database.users(acme, inventPeople(users));
    await database.sql("ANALYZE");
    const cookie = `gatehouse=${await database.session(acme.owner)}`;
    const server = await startGatehouse(database.url);
    const floor = await startFloor("bare-fastify", {
      DATABASE_URL: database.superuserUrl,
      STATEMENT:
        "SELECT user_id, name, email, status, last_active_at, created_at FROM users WHERE organization_id = $1 ORDER BY name_key, user_id LIMIT 25",
    });
    say("asking for the first page");
    const path = `/api/v1/organizations/${acme.organizationId}/users`;
    const figures = await interleave(
      [
        underLoad(floorName, floor.url, [{ method: "GET", path: `/rows/${acme.organizationId}` }]),
        underLoad(ourName, server.url, [{ method: "GET", path, headers: { cookie } }]),
      ],
      { rounds: 12, warmUps: 8 },
    );
    await Promise.all([floor.stop(), server.stop()]);
    await database.close();
    const what = "lists a second over HTTP, to a bare route with that SELECT";
    return {
      rows: [ratioRow(figures, { what, of: ourName, by: floorName, goal: { least: 0.6 } })],
      raw: [`${database.version}; ${users} users, 25 a page`, ...rawFigures(figures, "requests/s")],
    };
  },
};
