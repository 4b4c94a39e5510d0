/** The cost of a check, in process and over HTTP. */

import { createRandom } from "../../packages/server/src/cli/demo/people.ts";
import { createBenchDatabase } from "../harness/database.ts";
import { createFixtures, generateRoles, pickRoles } from "../harness/fixtures.ts";
import { startGatehouse } from "../harness/processes.ts";
import type { Benchmark } from "../harness/report.ts";
import { checkInProcess } from "./check-in-process.ts";
import { checkOverHttp } from "./check-over-http.ts";

const users = 10_000;
const roleCount = 30;
const checkCount = 16_384;

/** `npm run bench -- check` */
export const check: Benchmark = {
  name: "check",
  summary: "Permission checks in process and over HTTP",
  run: async (log) => {
    log(`creating ${users} users with ${roleCount} roles`);
    const database = await createBenchDatabase();
    const acme = await database.organization();
    const roles = generateRoles(roleCount);
    const ids = new Map<string, string>();
    for (const { name, isOwner, permissions } of roles.slice(7)) {
      if (!isOwner) ids.set(name, await database.role(acme, { name, permissions }));
    }
    const exampleIds = Object.values(acme.roles);
    for (const [at, { name }] of roles.slice(0, 7).entries()) ids.set(name, exampleIds[at] ?? "");
    const random = createRandom(3);
    const rolesOfUsers = Array.from({ length: users }, () => pickRoles(random, roles));
    const made = await database.users(
      acme,
      rolesOfUsers.map((held) => ({ roles: held.map((role) => ids.get(role) ?? "") })),
    );
    const fixtures = createFixtures(
      new Map(made.map(({ userId }, at) => [userId, rolesOfUsers[at] ?? []])),
      roles,
      checkCount,
    );
    await database.sql("ANALYZE");
    const { key } = await database.apiKey(acme, { permissions: null });
    const gatehouse = await startGatehouse(database.url);
    const server = { url: gatehouse.url, apiKey: key, organizationId: acme.organizationId };
    log("checking in process");
    const inProcess = await checkInProcess(fixtures, server);
    log("checking over HTTP");
    const overHttp = await checkOverHttp(fixtures.checks, server, database.superuserUrl);
    await gatehouse.stop();
    await database.close();
    const setting = `${database.version}; ${users} users, ${roleCount} roles, ${checkCount} checks`;
    return {
      rows: [...inProcess.rows, ...overHttp.rows],
      raw: [setting, ...inProcess.raw, ...overHttp.raw],
    };
  },
};
