/**
 * Compiled permission catalogues, cached in memory by organization and version (which includes the revision, so a
 * restored database never matches). Never a decision, only what names mean.
 */
import type { Catalogue } from "@gatehouse/access";
import { restoreCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
import type { Tx } from "../db/database.ts";
import { noVersion, type RowVersion, rowVersion } from "../db/row-version.ts";
import { named, prepare, sql } from "../db/sql.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";

const cache = new Map<string, { readonly version: RowVersion; readonly catalogue: Catalogue }>();
/** The version of each compiled catalogue. */
const versions = new WeakMap<Catalogue, RowVersion>();
const maxCached = 20_000;

/**
 * By definition: the organizations of a panel have equal catalogues, which share everything but the object itself, by which the version
 * is known.
 */
const compiled = new Map<string, Catalogue>();
const maxCompiled = 200;

/** The organization's catalogue at `version`, built-in groups included; loaded from the database on a cache miss. */
export async function getCatalogueAt(
  tx: Tx,
  organizationId: string,
  version: RowVersion,
): Promise<Catalogue> {
  return getCachedCatalogue(organizationId, version) ?? (await loadCatalogue(tx, organizationId)).catalogue;
}

/** The same, if it is cached; otherwise null. */
export function getCachedCatalogue(organizationId: string, version: RowVersion): Catalogue | null {
  const cached = cache.get(organizationId);
  return cached?.version === version ? cached.catalogue : null;
}

/** The same outside a transaction: from the cache, or the current one from the database. */
export async function fetchCatalogueAt(
  { db }: Pick<Deps, "db">,
  organizationId: string,
  version: RowVersion,
): Promise<Catalogue> {
  const cached = getCachedCatalogue(organizationId, version);
  return (
    cached ??
    db.tenant(organizationId, (tx) => getCatalogue(tx, organizationId), { readOnly: true, isPriority: true })
  );
}

/** The version of a catalogue that was loaded from the database: its ETag. */
export function getCatalogueVersion(catalogue: Catalogue): RowVersion {
  const version = versions.get(catalogue);
  if (version === undefined) throw new Error("This catalogue came from no database.");
  return version;
}

/**
 * Locks the catalogue until the transaction ends, so that no permission is stored while it is being removed.
 * @throws ApiError conflict/concurrent when it changed after the request's permission names were checked
 */
export async function lockCatalogue(
  tx: Tx,
  { organizationId, catalogue }: { readonly organizationId: string; readonly catalogue: Catalogue },
): Promise<void> {
  const { rows } = await tx.query(sql<{ version: RowVersion }>`${prepare("lockCatalogue")}
    SELECT ${rowVersion("c")} AS version FROM catalogues c
    WHERE c.organization_id = ${organizationId} FOR SHARE`);
  if (rows[0]?.version === getCatalogueVersion(catalogue)) return;
  throw new ApiError("conflict/concurrent", {
    detail: "The panel's permissions changed at the same moment. Load them again and repeat what you did.",
  });
}

/** The organization's current catalogue. */
export async function getCatalogue(tx: Tx, organizationId: string): Promise<Catalogue> {
  const { rows } = await tx.query(sql<{ version: RowVersion }>`${named("getCatalogue")}
    SELECT ${rowVersion("c")} AS version FROM catalogues c WHERE c.organization_id = ${organizationId}`);
  return getCatalogueAt(tx, organizationId, rows[0]?.version ?? noVersion);
}

async function loadCatalogue(
  tx: Tx,
  organizationId: string,
): Promise<{ version: RowVersion; catalogue: Catalogue }> {
  const { rows } = await tx.query(sql<{ version: RowVersion; definition: unknown }>`${named("loadCatalogue")}
    SELECT ${rowVersion("c")} AS version, c.definition FROM catalogues c
    WHERE c.organization_id = ${organizationId}`);
  const [row] = rows;
  if (row === undefined) throw new Error(`Organization ${organizationId} has no catalogue.`);
  const loaded = { version: row.version, catalogue: { ...compile(row.definition) } };
  versions.set(loaded.catalogue, loaded.version);
  if (cache.size >= maxCached) cache.clear();
  cache.set(organizationId, loaded);
  return loaded;
}

function compile(definition: unknown): Catalogue {
  const text = JSON.stringify(definition);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const catalogue = withOwnGroups(restoreCatalogue(definition));
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(text, catalogue);
  return catalogue;
}
