/**
 * Upgrades from each release, with its data: they are the same afterwards, and the installation works. And the previous release beside the
 * new schema, as in an upgrade of several processes: its servers run while the schema changes, and after it.
 */
import { existsSync } from "node:fs";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { findPostgres } from "../testing/find-programs.mjs";
import { buildOnce, buildSdkFolder } from "./built-server.mjs";
import { inviteAndSave, signInAsOwner } from "./main-job.mjs";
import { runProgram } from "./run-program.mjs";
import { fixtureOf, listReleases, provideCommit, runGatehouse, startCheckout } from "./server-of-commit.mjs";

const releases = listReleases();
const owner = "gatehouse_test_owner";
let psql = "";

beforeAll(async () => {
  psql = `${await findPostgres()}/psql`;
  await buildOnce();
  // The roles that own what the dumps create belong to the whole server, and a first migration creates them.
  const url = await createDatabase("roles");
  await runGatehouse(root, ["migrate"], url);
});

/**
 * An empty database; returns the owner's URL. It is removed with the server.
 * @param {string} name
 */
async function createDatabase(name) {
  const url = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "");
  const database = `releases_${name.replace(/\W/g, "_")}_${process.pid}`;
  const role = `DO $$ BEGIN CREATE ROLE ${owner} LOGIN CREATEROLE; EXCEPTION WHEN duplicate_object THEN NULL; END $$`;
  for (const statement of [role, `CREATE DATABASE ${database} OWNER ${owner}`])
    await runProgram(psql, [url.href, "--command", statement]);
  url.pathname = `/${database}`;
  url.username = owner;
  return url.href;
}

/** @param {string} url of a database @returns the URL of its superuser */
function asSuperuser(url) {
  const database = new URL(url);
  database.username = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "").username;
  return database.href;
}

/** @param {string} name @param {string} version */
async function restore(name, version) {
  const url = await createDatabase(name);
  const load = `gunzip --stdout "${fixtureOf(version)}" | "${psql}" --quiet --set ON_ERROR_STOP=1 "${asSuperuser(url)}"`;
  await runProgram("bash", ["-o", "pipefail", "-c", load]);
  return url;
}

const tables = [
  "organizations",
  "catalogues",
  "accounts",
  "users",
  "roles",
  "role_permissions",
  "user_roles",
  "invitations",
  "api_keys",
  "audit_events",
];

/**
 * The rows of the tables with what people entered and what was recorded.
 * @param {string} url
 * @returns {Promise<Record<string, Record<string, unknown>[]>>}
 */
async function readData(url) {
  const lists = tables.map(
    (name) => `'${name}', (SELECT json_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text) FROM ${name} t)`,
  );
  const query = `SELECT json_build_object(${lists.join(", ")})`;
  return JSON.parse(await runProgram(psql, [asSuperuser(url), "--tuples-only", "--command", query]));
}

/**
 * The same rows with the columns that they had before, in their order.
 * @param {Record<string, Record<string, unknown>[]>} after
 * @param {Record<string, Record<string, unknown>[]>} before
 */
function withoutNewColumns(after, before) {
  const pick = (/** @type {Record<string, unknown>} */ row, /** @type {string[]} */ columns) =>
    Object.fromEntries(columns.map((column) => [column, row[column]]));
  const sorted = (/** @type {unknown[]} */ rows) => rows.map((row) => JSON.stringify(row)).sort();
  return Object.fromEntries(
    Object.entries(before).map(([name, rows]) => {
      const columns = Object.keys(rows[0] ?? {});
      return [name, sorted((after[name] ?? []).map((row) => pick(row, columns)))];
    }),
  );
}

test("each release has a dump, and the package's version is among them", () => {
  for (const { version } of releases) expect(existsSync(fixtureOf(version))).toBe(true);
  const names = releases.map(({ version }) => version);
  expect(new Set(names).size).toBe(names.length);
});

test.each(releases)(
  "the data of $version are complete after the upgrade, and the main job works",
  async ({ version }) => {
    const url = await restore(`from_${version}`, version);
    const before = await readData(url);
    for (const name of tables) expect([name, before[name]?.length]).not.toEqual([name, 0]);
    await runGatehouse(root, ["migrate"], url);
    expect(withoutNewColumns(await readData(url), before)).toEqual(withoutNewColumns(before, before));
    const { checks } = JSON.parse(await runGatehouse(root, ["doctor", "--json"], url));
    const failed = checks.filter((/** @type {{ result: string }} */ { result }) => result === "fails");
    expect(failed).toEqual([]);
    const verified = JSON.parse(await runGatehouse(root, ["audit", "verify", "--json"], url));
    expect(verified.whole).toBe(true);

    const server = await startCheckout(root, url, { hasOrganization: true });
    onTestFinished(async () => void (await server.stop()));
    const session = await signInAsOwner(server.origin);
    await inviteAndSave({
      origin: server.origin,
      owner: session,
      sdkFolder: buildSdkFolder,
      guestName: "Zeynep Ak",
    });
  },
);

test.each(releases)(
  "$version does the main job while the schema changes, and beside the new version",
  async ({ version, commit }) => {
    const url = await restore(`beside_${version}`, version);
    const old = await startCheckout(await provideCommit(commit), url, { hasOrganization: true });
    onTestFinished(async () => void (await old.stop()));
    const session = await signInAsOwner(old.origin);
    const [me] = await Promise.all([session("GET", "/me"), runGatehouse(root, ["migrate"], url)]);
    expect(me.status).toBe(200);

    await inviteAndSave({
      origin: old.origin,
      owner: session,
      sdkFolder: buildSdkFolder,
      guestName: "Deniz Su",
    });
    const current = await startCheckout(root, url, { hasOrganization: true });
    onTestFinished(async () => void (await current.stop()));
    // One session, at both servers; what one of them saves, the other one lists.
    const atCurrent = await signInAsOwner(current.origin);
    await inviteAndSave({
      origin: current.origin,
      owner: atCurrent,
      sdkFolder: buildSdkFolder,
      guestName: "Umut Er",
    });
    const organization = `/organizations/${me.body.organizations[0].id}`;
    for (const name of ["deniz", "umut"])
      for (const ask of [session, atCurrent])
        expect((await ask("GET", `${organization}/users?query=${name}`)).body.items).toHaveLength(1);
    expect((await fetch(`${old.origin}/readyz`)).status).toBe(200);
    const verified = JSON.parse(await runGatehouse(root, ["audit", "verify", "--json"], url));
    expect(verified.whole).toBe(true);
  },
);
