import { serialiseCatalogue } from "@gatehouse/access/catalogue";
import type { InstallationCatalogue, InstallationCatalogueBody } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import type { RowVersion } from "../../db/row-version.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, preconditionFailed } from "../../errors/api-error.ts";
import { compilePush, type Push, readPush } from "./push.ts";
import {
  countPushes,
  findPush,
  hashDefinition,
  listFailures,
  lockPushes,
  type PushActor,
  type StoredPush,
  storePush,
} from "./queries.ts";

/** The version before the first push. */
const versionOfNone: RowVersion = "0";
/** How many failures a response has. */
const maxFailures = 100;

/** The installation's catalogue and its version. */
export interface VersionedCatalogue {
  readonly catalogue: InstallationCatalogue;
  readonly version: RowVersion;
}

/** A catalogue and templates of roles for all organizations. */
export interface PushRequest {
  readonly body: InstallationCatalogueBody;
  /** The expected version; null for any. */
  readonly version: RowVersion | null;
  readonly pushedBy: PushActor;
}

/**
 * Stores a push as the installation's catalogue, and enqueues the job that applies it.
 * @throws ApiError permissions/invalid, permissions/unknown, request/invalid, roles/name-taken, precondition/failed
 */
export async function putInstallationCatalogue(
  deps: Pick<Deps, "db" | "clock" | "enqueue">,
  { body, version, pushedBy }: PushRequest,
): Promise<VersionedCatalogue> {
  return deps.db.shared(
    async (tx) => {
      const [, before] = await Promise.all([lockPushes(tx), findPush(tx)]);
      const current = before?.rowVersion ?? versionOfNone;
      if (version !== null && version !== current) throw preconditionFailed(current);
      const { catalogue, templates, drop } = readPush(body, before?.roles ?? []);
      const content = {
        definition: serialiseCatalogue(catalogue),
        roles: templates,
        dropped: drop === "all" ? null : drop,
        pushedBy,
        pushedAt: deps.clock.now(),
      };
      const stored = await storePush(tx, content);
      await deps.enqueue(tx, [{ kind: "catalogue-push", version: stored.version }]);
      return toVersioned(tx, { ...content, ...stored, definition: JSON.parse(content.definition) });
    },
    { system: "the operator pushes the installation's catalogue" },
  );
}

/** @throws ApiError operator/no-catalogue */
export async function getInstallationCatalogue({ db }: Pick<Deps, "db">): Promise<VersionedCatalogue> {
  return db.shared(
    async (tx) => {
      const stored = await findPush(tx);
      if (stored !== null) return toVersioned(tx, stored);
      throw new ApiError("operator/no-catalogue", {
        detail: `No catalogue was pushed to the organizations yet. PUT the first one with If-Match: "${versionOfNone}".`,
      });
    },
    { readOnly: true },
  );
}

async function toVersioned(
  tx: Tx,
  stored: Pick<StoredPush, "version" | "rowVersion" | "definition" | "roles" | "pushedAt">,
): Promise<VersionedCatalogue> {
  const { version, rowVersion, definition, roles, pushedAt } = stored;
  const [counts, failures] = await Promise.all([
    countPushes(tx, version),
    listFailures(tx, version, { after: null, limit: maxFailures }),
  ]);
  const { organizations, changed, same, failed } = counts;
  const applied = changed + same;
  return {
    version: rowVersion,
    catalogue: {
      version,
      status: applied + failed < organizations ? "running" : "done",
      groups: definition as InstallationCatalogue["groups"],
      roles: roles.map(({ key, name, description, translations, permissions }) => ({
        ...{ key, name, description, translations },
        permissions: [...permissions],
      })),
      pushedAt: pushedAt.toISOString(),
      progress: { organizations, applied, changed, failed, failures: [...failures] },
    },
  };
}

/** What a request would push now; nothing is stored. For a dry run on the command line. */
export async function compileRequest(
  { db }: Pick<Deps, "db">,
  { body, pushedBy }: Omit<PushRequest, "version">,
): Promise<Push> {
  return db.shared(
    async (tx) => {
      const before = await findPush(tx);
      const { catalogue, templates, drop } = readPush(body, before?.roles ?? []);
      const definition = serialiseCatalogue(catalogue);
      return compilePush({
        version: (before?.version ?? 0) + 1,
        definition: JSON.parse(definition),
        definitionHash: await hashDefinition(tx, definition),
        roles: templates,
        dropped: drop === "all" ? null : drop,
        pushedBy,
      });
    },
    { readOnly: true },
  );
}
