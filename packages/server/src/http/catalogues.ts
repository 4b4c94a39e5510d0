/** Compiled catalogues, kept in memory by organization and version, which is that of one history. Never a decision, only what names mean. */
import type { Catalogue } from "@gatehouse/access";
import { parseCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../database/row-version.ts";
import type { Deps } from "../deps.ts";
import { Refusal } from "./refusal.ts";

const kept = new Map<string, { readonly version: RowVersion; readonly catalogue: Catalogue }>();
/** Which version a compiled catalogue is. */
const versions = new WeakMap<Catalogue, RowVersion>();
const mostKept = 1_000;

/** The organization's catalogue at `version`, Gatehouse's own groups included; read from the database when it changed. */
export async function catalogueAt(tx: Tx, organizationId: string, version: RowVersion): Promise<Catalogue> {
  return keptCatalogue(organizationId, version) ?? (await load(tx, organizationId)).catalogue;
}

/** The same, if it is in memory; otherwise null. */
export function keptCatalogue(organizationId: string, version: RowVersion): Catalogue | null {
  const known = kept.get(organizationId);
  return known?.version === version ? known.catalogue : null;
}

/** The catalogue that was at `version` a moment ago, out of a transaction: from memory, or as it is now. */
export async function catalogueNow(
  { db }: Pick<Deps, "db">,
  organizationId: string,
  version: RowVersion,
): Promise<Catalogue> {
  const known = keptCatalogue(organizationId, version);
  return (
    known ??
    db.tenant(organizationId, (tx) => catalogueOf(tx, organizationId), { readOnly: true, isPriority: true })
  );
}

/** The version of a catalogue that came from the database: its ETag. */
export function versionOf(catalogue: Catalogue): RowVersion {
  const version = versions.get(catalogue);
  if (version === undefined) throw new Error("This catalogue came from no database.");
  return version;
}

/**
 * Keeps the catalogue from changing until the transaction ends, so that no name is stored which is being removed at the
 * same moment.
 * @throws Refusal conflict/concurrent when it changed after the request's names were checked against it
 */
export async function holdCatalogue(
  tx: Tx,
  { organizationId, catalogue }: { readonly organizationId: string; readonly catalogue: Catalogue },
): Promise<void> {
  const { rows } = await sql<{ version: RowVersion }>`
    SELECT ${rowVersion("c")} AS version FROM catalogues c
    WHERE c.organization_id = ${organizationId} FOR SHARE`.execute(tx);
  if (rows[0]?.version === versionOf(catalogue)) return;
  throw new Refusal("conflict/concurrent", {
    detail: "The panel's permissions changed at the same moment. Load them again and repeat what you did.",
  });
}

/** The organization's catalogue now. */
export async function catalogueOf(tx: Tx, organizationId: string): Promise<Catalogue> {
  const { rows } = await sql<{ version: RowVersion }>`
    SELECT ${rowVersion("c")} AS version FROM catalogues c WHERE c.organization_id = ${organizationId}`.execute(
    tx,
  );
  return catalogueAt(tx, organizationId, rows[0]?.version ?? noVersion);
}

async function load(tx: Tx, organizationId: string): Promise<{ version: RowVersion; catalogue: Catalogue }> {
  const { rows } = await sql<{ version: RowVersion; definition: unknown }>`
    SELECT ${rowVersion("c")} AS version, c.definition FROM catalogues c
    WHERE c.organization_id = ${organizationId}`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error(`Organization ${organizationId} has no catalogue.`);
  const loaded = { version: row.version, catalogue: withOwnGroups(parseCatalogue(row.definition)) };
  versions.set(loaded.catalogue, loaded.version);
  if (kept.size >= mostKept) kept.clear();
  kept.set(organizationId, loaded);
  return loaded;
}
