/**
 * The guide's page about several machines: its commands start two servers and a worker, here on PgBouncer in transaction mode and behind
 * HAProxy. The main job goes on when a server is killed, and the worker sends what the servers were asked to send.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { buildFolder, root } from "../launcher/paths.mjs";
import { findPostgres, installTools } from "../testing/find-programs.mjs";
import { freePort } from "../testing/free-port.mjs";
import { commandsFor } from "../testing/guide-commands.mjs";
import { buildOnce, buildSdkFolder } from "./built-server.mjs";
import { runProgram, startServer } from "./run-program.mjs";
import { doSteps, prepareProxies, removeProxies, startProxy } from "./start-proxy.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-scaling-"));
const programs = join(folder, "bin");
const database = "gatehouse";
const commands = commandsFor("scaling", "scripts/installed/scaling.test.mjs");
const [migrate = "", one = "", two = "", worker = "", ...others] = commands;

beforeAll(async () => {
  await prepareProxies();
  await installTools({ "/usr/sbin/pgbouncer": "pgbouncer" });
  await buildOnce();
  mkdirSync(programs);
  const gatehouse = join(buildFolder, "server", "dist", "main.js");
  const command = `#!/bin/sh\nexec "${process.execPath}" "${gatehouse}" "$@"\n`;
  writeFileSync(join(programs, "gatehouse"), command, { mode: 0o755 });
});
afterAll(() => {
  removeProxies();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a statement on the server itself. @param {string} statement @param {string} [where] */
async function query(statement, where = database) {
  const url = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "");
  url.pathname = `/${where}`;
  return runProgram(join(await findPostgres(), "psql"), [url.href, "-At", "--command", statement]);
}

/** Starts PgBouncer with the file in `deploy`, and returns its port. It ends with the test. */
async function startPooler() {
  const port = await freePort();
  const host = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "").searchParams.get("host") ?? "";
  const users = join(folder, "userlist.txt");
  writeFileSync(users, '"postgres" ""\n');
  const file = join(folder, "pgbouncer.ini");
  const text = readFileSync(join(root, "deploy", "pgbouncer", "pgbouncer.ini"), "utf8")
    .replace("host=db.example.com port=5432", `host=${host}`)
    .replace("listen_port = 6432", `listen_port = ${port}\nunix_socket_dir =`)
    .replace("scram-sha-256", "trust")
    .replace("/etc/pgbouncer/userlist.txt", users);
  writeFileSync(file, text);
  // It doesn't run as root, and PostgreSQL knows the user by name alone.
  await runProgram("chmod", ["-R", "a+rX", folder]);
  const identity = process.getuid?.() === 0 ? { uid: Number(await runProgram("id", ["-u", "nobody"])) } : {};
  const pooler = spawn("/usr/sbin/pgbouncer", [file], { ...identity, stdio: "ignore" });
  const ended = new Promise((resolve) => pooler.once("exit", resolve));
  onTestFinished(async () => {
    pooler.kill("SIGKILL");
    await ended;
  });
  return port;
}

const listMails = (/** @type {string} */ name) =>
  readdirSync(join(folder, name), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".eml"),
  );

test("two servers and a worker on a pooler do the main job, also after one of them was killed", async () => {
  expect(others).toEqual([]);
  await query(`CREATE DATABASE ${database}`, "postgres");
  const pooler = await startPooler();
  const direct = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "");
  direct.pathname = `/${database}`;
  const ports = {
    http: await freePort(),
    https: await freePort(),
    servers: [await freePort(), await freePort()],
  };
  const origin = `https://localhost:${ports.https}`;
  const settings = (/** @type {string} */ name) => {
    mkdirSync(join(folder, name), { recursive: true });
    return {
      PATH: [programs, process.env["PATH"]].join(delimiter),
      DATABASE_URL: `postgresql://postgres@127.0.0.1:${pooler}/${database}`,
      DATABASE_DIRECT_URL: direct.href,
      SECRET_KEY: "a key of the test that is long enough to be one",
      PUBLIC_URL: origin,
      TRUSTED_PROXIES: "127.0.0.1",
      LOG_LEVEL: "warn",
      DATA_DIR: join(folder, name),
    };
  };
  await expect
    .poll(() => runProgram("bash", ["-c", migrate], { env: settings("migrate") }).then(String, String), {
      timeout: 30_000,
    })
    .not.toContain("exited with");

  const servers = [];
  for (const [index, command] of [one, two].entries()) {
    const withPort = command.replace(/PORT=\d+/, `PORT=${ports.servers[index]}`);
    servers.push(await startServer("bash", ["-c", withPort], { env: settings(`server-${index}`) }));
  }
  const [first, second] = servers;
  onTestFinished(async () => void (await second?.stop()));
  const working = spawn("bash", ["-c", worker], { env: settings("worker"), stdio: "ignore" });
  const workerEnded = new Promise((resolve) => working.once("exit", resolve));
  onTestFinished(async () => {
    working.kill("SIGTERM");
    expect(await workerEnded).toBe(0);
  });
  await startProxy("haproxy", ports);

  await doSteps("await doMainJob(process.argv[1]);", second?.setupLink ?? "");
  // Each of the three keeps a connection to the server itself; the others are the pooler's, 20 at most.
  const listening = "SELECT count(*) FROM pg_stat_activity WHERE query ILIKE 'LISTEN %'";
  await expect.poll(() => query(listening), { timeout: 30_000 }).toBe("3");
  const all = `SELECT count(*) FROM pg_stat_activity WHERE datname = '${database}' AND pid <> pg_backend_pid()`;
  expect(Number(await query(all))).toBeLessThanOrEqual(23);

  await first?.kill();
  const invite = `
    const owner = await signInAsOwner(process.argv[1]);
    const sdkFolder = process.argv[2];
    await inviteAndSave({ origin: process.argv[1], owner, sdkFolder, guestName: "Can Demir" });
    const { body } = await owner("GET", "/me");
    const organization = "/organizations/" + body.organizations[0].id;
    const roles = (await owner("GET", organization + "/roles")).body.items;
    const invitations = [{ email: "deniz@example.test", roleIds: [roles.at(-1).id] }];
    const sent = await owner("POST", organization + "/invitations", { invitations });
    console.log(sent.body.results[0].status);`;
  expect(await doSteps(invite, origin, buildSdkFolder)).toBe("created");
  await expect.poll(() => listMails("worker").length, { timeout: 30_000 }).toBeGreaterThanOrEqual(1);
  expect(["server-0", "server-1"].flatMap(listMails)).toEqual([]);
});
