/** The target of a pushed catalogue: the database, or a running server. */
import { permissionSet } from "@gatehouse/access";
import { GatehouseError } from "@gatehouse/sdk";
import { createClient } from "@gatehouse/sdk/client";
import type { CatalogueChange, putPermissions } from "@gatehouse/sdk/contract";
import { pino } from "pino";
import * as z from "zod/mini";
import type { SystemActor } from "../auth/actor.ts";
import { getCatalogue } from "../auth/catalogue-cache.ts";
import { readConfig } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { RowVersion } from "../db/row-version.ts";
import { sql } from "../db/sql.ts";
import { changeCatalogue } from "../features/permissions/index.ts";
import { CommandError } from "./command.ts";
import { openInstallation } from "./open-installation.ts";

/** An organization whose catalogue can be read and replaced. */
export interface CatalogueTarget {
  readonly organizationId: string;
  readonly preview: (
    declaration: unknown,
  ) => Promise<{ readonly change: CatalogueChange; readonly version: RowVersion }>;
  readonly push: (
    declaration: unknown,
    options: { readonly version: RowVersion; readonly drop: readonly string[] },
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An organization in the configured database; the only one when `requestedId` is null. */
export async function openLocalTarget(requestedId: string | null): Promise<CatalogueTarget> {
  const { deps, close } = await openInstallation(readConfig(), "catalogue push", pino({ level: "silent" }));
  try {
    const organizationId = await chooseOrganization(deps.db, requestedId);
    const catalogue = await deps.db.tenant(organizationId, (tx) => getCatalogue(tx, organizationId), {
      readOnly: true,
    });
    const actor: SystemActor = {
      type: "system",
      id: null,
      name: "Command line",
      organizationId,
      ownUserId: null,
      accountId: null,
      sessionId: null,
      language: "en",
      catalogue,
      permissions: permissionSet.all(catalogue),
      origin: { ip: null, userAgent: "gatehouse catalogue push", requestId: deps.ids.next() },
    };
    return {
      organizationId,
      preview: (declaration) => changeCatalogue(deps, actor, { declaration, drop: [], version: null }),
      push: async (declaration, { version, drop }) => {
        await changeCatalogue(deps, actor, { declaration, drop, version });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function chooseOrganization(db: Database, requestedId: string | null): Promise<string> {
  const { rows } = await db.shared(
    (tx) =>
      tx.query(
        sql<{ id: string }>`SELECT DISTINCT organization_id AS id FROM account_organizations ORDER BY id`,
      ),
    { readOnly: true },
  );
  const ids = rows.map(({ id }) => id);
  if (requestedId !== null) {
    const id = requestedId.toLowerCase();
    if (z.uuid().safeParse(id).success && ids.includes(id)) return id;
    throw new CommandError(
      `There is no organization ${requestedId} here. These are there: ${ids.join(", ") || "none"}.`,
    );
  }
  const [only, ...others] = ids;
  if (only === undefined) throw new CommandError("There is no organization yet. Run: gatehouse setup");
  if (others.length === 0) return only;
  throw new CommandError(
    `There is more than one organization. Add --organization with one of ${ids.join(", ")}.`,
  );
}

/** The organization of an API key on a running server. */
export async function openRemoteTarget(url: string, apiKey: string): Promise<CatalogueTarget> {
  const hex = /^ghk_([0-9a-f]{32})_/.exec(apiKey)?.[1];
  if (hex === undefined) throw new CommandError("This is not a complete API key. It looks like: ghk_….");
  const organizationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const client = createClient({ url, apiKey, organizationId });
  type Body = z.input<typeof putPermissions.body>;
  return {
    organizationId,
    preview: (declaration) =>
      withCommandErrors(async () => {
        const { etag } = await client.getPermissions();
        // The version makes sure that the push replaces the catalogue that the preview compared.
        const ifMatch = etag ?? "";
        const { body } = await client.putPermissions({
          body: declaration as Body,
          query: { preview: "true" },
          ifMatch,
        });
        return { change: body, version: ifMatch.replaceAll('"', "") };
      }),
    push: (declaration, { version, drop }) =>
      withCommandErrors(async () => {
        await client.putPermissions({
          body: declaration as Body,
          query: drop.length === 0 ? {} : { drop: drop.join(",") },
          ifMatch: `"${version}"`,
        });
      }),
    close: async () => undefined,
  };
}

async function withCommandErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatehouseError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}
