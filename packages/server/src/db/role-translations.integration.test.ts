import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import {
  asSuperuser,
  createDatabaseOnServer,
  serverUrl,
  toDatabaseUrl,
} from "../../test/database-template.ts";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { readMigrations } from "./migrations.ts";
import { openPostgres } from "./open.ts";

const name = `translations_${randomUUID().replaceAll("-", "")}`;
let engine: Engine | undefined;

afterEach(async () => {
  await engine?.close();
  await asSuperuser(serverUrl(), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
});

test("the built-in role of earlier installations gets its Turkish name, if it is untouched and the name is free", async () => {
  const url = await createDatabaseOnServer(name);
  engine = openPostgres(url);
  const everything = toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1));
  await migrate(
    engine,
    readMigrations().filter((migration) => migration.name < "0026"),
  );
  const [account, untouched, renamed, taken] = Array.from({ length: 4 }, () => randomUUID());
  const insertRole = (organizationId: unknown, role: string, isOwner: boolean) =>
    `INSERT INTO roles (organization_id, role_id, name, name_key, description, is_owner, created_at, updated_at)
     VALUES ('${organizationId}', gen_random_uuid(), '${role}', '${role.toLowerCase()}',
       'Has every permission, including future ones', ${isOwner}, now(), now());`;
  const insertOrganization = (id: unknown, owner: string) =>
    `INSERT INTO organizations (organization_id, name, created_at) VALUES ('${id}', 'Acme', now());
     INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, status, is_owner, created_at)
     VALUES ('${id}', gen_random_uuid(), '${account}', 'N', 'ada@example.test', 'n', 'n', 'active', true, now());
     ${insertRole(id, owner, true)} ${insertRole(id, "Viewer", false)}`;
  await asSuperuser(everything, (client) =>
    client.query(
      `INSERT INTO accounts (account_id, email, name, password_hash, created_at)
       VALUES ('${account}', 'ada@example.test', 'Ada', 'none', now());
       ${insertOrganization(untouched, "Owner")} ${insertOrganization(renamed, "Chief")}
       ${insertOrganization(taken, "Owner")} ${insertRole(taken, "Sahip", false)}`,
    ),
  );

  await migrate(engine);

  const { rows } = await asSuperuser(everything, (client) =>
    client.query(`SELECT organization_id AS id, is_owner, translations #>> '{tr,name}' AS name, name_keys FROM roles
      WHERE translations <> '{}'`),
  );
  expect(rows).toEqual([{ id: untouched, is_owner: true, name: "Sahip", name_keys: { tr: "sahip" } }]);
});
