/** Signing in with the right password, to a bare verification of its argon2id hash. */
import { verify } from "@node-rs/argon2";
import { createLoad } from "../harness/closed-loop.ts";
import { interleave } from "../harness/compare.ts";
import { createBenchDatabase, userPassword } from "../harness/database.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, loadFigures, ratioRow, rawFigures } from "../harness/report.ts";

const users = 200;
const rounds = 10;
const verifications = 20;
const ourName = "CPU of POST /sessions: server and PostgreSQL";
const floorName = "CPU of a bare argon2id verification";

/** `npm run bench -- sign-in` */
export const signIn: Benchmark = {
  name: "sign-in",
  summary: "CPU of a sign-in, to a bare argon2id verification",
  run: async (log) => {
    const database = await createBenchDatabase();
    const acme = await database.organization();
    const made = await database.users(
      acme,
      Array.from({ length: users }, () => ({ roles: ["viewer"] })),
    );
    const [row] = await database.sql("SELECT password_hash AS hash FROM accounts WHERE account_id = $1", [
      made[0]?.accountId,
    ]);
    const server = await startGatehouse(database.url);
    const headers = { origin: server.url };
    const load = createLoad(ourName, server, {
      postmaster: database.postmaster,
      connections: 4,
      step: async (send, turn) => {
        const email = made[turn % made.length]?.email ?? "";
        await send({
          method: "POST",
          path: "/api/v1/sessions",
          headers,
          body: { email, password: userPassword },
        });
      },
    });
    const floor = async () => {
      const before = process.cpuUsage();
      for (let turn = 0; turn < verifications; turn += 1) await verify(String(row?.["hash"]), userPassword);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000 / verifications;
    };
    const ours = async () => {
      await load.round();
      return (load.serverCpu.at(-1) ?? Number.NaN) + (load.postgresCpu.at(-1) ?? Number.NaN);
    };
    log("signing in");
    const figures = await interleave(
      [
        { name: floorName, round: floor },
        { name: ourName, round: ours },
      ],
      { rounds },
    );
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const what = "CPU of a sign-in, to a bare argon2id verification";
    return {
      rows: [ratioRow(figures, { what, of: ourName, by: floorName, goal: { max: 1.2 } })],
      raw: [
        `${database.version}; ${users} accounts behind one address, 4 connections`,
        ...rawFigures(figures, "ms"),
        ...loadFigures([load], rounds),
        ...statements,
      ],
    };
  },
};
