/** Settings for a program that starts on an empty database of its own, on the engine under test. */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { engineUnderTest } from "./create-test-database.ts";
import { freePort, type Settings, temporaryFolder } from "./program.ts";
import { asSuperuser, createDatabaseOnServer, serverUrl } from "./template.ts";

/** An empty place for data. */
export interface EmptyStorage {
  /** `DATA_DIR`, `PORT` and, on PostgreSQL, `DATABASE_URL` and `SECRET_KEY`. */
  readonly settings: Settings & { readonly DATA_DIR: string; readonly PORT: string };
  readonly remove: () => Promise<void>;
}

/** Makes an empty place for data. */
export async function createEmptyStorage(): Promise<EmptyStorage> {
  const folder = temporaryFolder();
  const common = { DATA_DIR: folder, PORT: String(await freePort()) };
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (engineUnderTest() === "embedded") return { settings: common, remove: async () => removeFolder() };
  const name = `program_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name);
  return {
    settings: { ...common, DATABASE_URL: url, SECRET_KEY: "a secret key that only tests know, 32+" },
    remove: async () => {
      removeFolder();
      await asSuperuser(serverUrl(), (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}
