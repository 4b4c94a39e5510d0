/** Compiled catalogues, kept in memory by organization and version. Never a decision, only what names mean. */
import type { Catalogue } from "@gatehouse/access";
import { parseCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
import { sql } from "kysely";
import type { Tx } from "../database/database.ts";

const kept = new Map<string, { readonly version: number; readonly catalogue: Catalogue }>();
const mostKept = 1_000;

/** The organization's catalogue at `version`, Gatehouse's own groups included; read from the database when it changed. */
export async function catalogueAt(tx: Tx, organizationId: string, version: number): Promise<Catalogue> {
  const known = kept.get(organizationId);
  if (known?.version === version) return known.catalogue;
  return (await load(tx, organizationId)).catalogue;
}

/** The organization's catalogue now. */
export async function catalogueOf(tx: Tx, organizationId: string): Promise<Catalogue> {
  const { rows } = await sql<{ version: number }>`
    SELECT version FROM catalogues WHERE organization_id = ${organizationId}`.execute(tx);
  return catalogueAt(tx, organizationId, rows[0]?.version ?? 0);
}

async function load(tx: Tx, organizationId: string): Promise<{ version: number; catalogue: Catalogue }> {
  const { rows } = await sql<{ version: number; definition: unknown }>`
    SELECT version, definition FROM catalogues WHERE organization_id = ${organizationId}`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new Error(`Organization ${organizationId} has no catalogue.`);
  const loaded = { version: row.version, catalogue: withOwnGroups(parseCatalogue(row.definition)) };
  if (kept.size >= mostKept) kept.clear();
  kept.set(organizationId, loaded);
  return loaded;
}
