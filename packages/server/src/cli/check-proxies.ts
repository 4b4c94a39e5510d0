/** What `gatehouse doctor` says about the proxies in front of the server. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import type { Config } from "../config.ts";
import { DataDirLocked } from "../database/lock.ts";
import { trustedProxies } from "../http/trusted-proxies.ts";
import { adviceFor } from "../http/warn-untrusted-proxy.ts";
import type { Check } from "./checks.ts";
import { openStorage } from "./open-installation.ts";

/** Whether a server saw a proxy that TRUSTED_PROXIES doesn't name, as far as the present setting still leaves it out. */
export async function checkProxies(config: Config): Promise<Omit<Check, "name">> {
  const named = config.trustedProxies.join(", ");
  const fine = named === "" ? "No proxy is named, and none was seen." : `Trusted: ${named}.`;
  const seen = await readUntrustedProxy(config);
  if (seen === "locked")
    return {
      result: "warns",
      detail: `${fine} Whether another one was seen is in the log of the running server.`,
    };
  const isTrusted = trustedProxies(config.trustedProxies);
  if (seen === null || (isTrusted !== false && isTrusted(seen))) return { result: "works", detail: fine };
  return { result: "warns", detail: adviceFor(seen) };
}

async function readUntrustedProxy(config: Config): Promise<string | null> {
  if (config.databaseUrl === null && !existsSync(join(config.dataDir, "database"))) return null;
  try {
    const storage = await openStorage(config, "doctor");
    try {
      return await storage.engine.patiently(readNote);
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof DataDirLocked) return "locked";
    throw error;
  }
}

/** Before the migrations there is nothing to read. */
async function readNote(client: pg.ClientBase): Promise<string | null> {
  const { rows: columns } = await client.query(
    "select from pg_attribute where attrelid = to_regclass('public.installation') and attname = 'untrusted_proxy'",
  );
  if (columns.length === 0) return null;
  const { rows } = await client.query<{ address: string | null }>(
    "select untrusted_proxy as address from public.installation",
  );
  return rows[0]?.address ?? null;
}
