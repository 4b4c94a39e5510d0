/** Makes the permissions of every organization what a file declares. */
import { CommandError, readDeclaration, showProgress, type Terminal, type Values } from "@gatehouse/cli";
import { pino } from "pino";
import { readConfig } from "../config.ts";
import { listOrganizationIds } from "../db/list-organization-ids.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";
import { changeCatalogue } from "../features/permissions/index.ts";
import { openInstallation } from "./open-installation.ts";
import { createCommandLineActor } from "./organization-target.ts";

const command = "catalogue push";

/** What came of it. The same file again changes only what failed. */
interface PushSummary {
  readonly total: number;
  changed: number;
  same: number;
  readonly failed: { readonly organizationId: string; readonly code: string; readonly detail: string }[];
}

/** What is pushed, and which permissions in use may be removed. */
interface Push {
  readonly declaration: unknown;
  readonly drop: readonly string[] | "all";
  readonly isDryRun: boolean;
}

/**
 * Pushes to one organization after the other, each in its own transaction: one that fails, because its own roles use what would be
 * removed, doesn't stop the others.
 */
export async function pushToAll(values: Values, { out }: Terminal): Promise<number> {
  for (const name of ["organization", "url"])
    if (values[name] !== undefined) throw new CommandError(`--all and --${name} can't be used together.`);
  const isDryRun = values["dry-run"] === true || values["check"] === true;
  const push = {
    declaration: await readDeclaration(String(values["FILE"])),
    drop: readDrop(values),
    isDryRun,
  };
  const { deps, close } = await openInstallation(readConfig(), command, pino({ level: "silent" }));
  try {
    const summary = await pushToOrganizations(deps, push);
    if (values["json"] === true) out(JSON.stringify({ ...summary, pushed: !isDryRun }));
    else for (const line of describe(summary, isDryRun)) out(line);
    const { failed, changed, total } = summary;
    if (failed.length > 0) throw new CommandError(`${failed.length} of ${total} organizations failed.`);
    if (values["check"] === true && changed > 0)
      throw new CommandError(`The permissions of ${changed} of ${total} organizations differ from FILE.`);
    return 0;
  } finally {
    await close();
  }
}

async function pushToOrganizations(deps: Deps, push: Push): Promise<PushSummary> {
  const ids = await listOrganizationIds(deps.db);
  const summary: PushSummary = { total: ids.length, changed: 0, same: 0, failed: [] };
  const progress = showProgress(push.isDryRun ? "Checking" : "Pushing");
  for (const [at, organizationId] of ids.entries()) {
    progress(at, ids.length);
    try {
      if (await pushToOrganization(deps, organizationId, push)) summary.changed += 1;
      else summary.same += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, details } = error;
      summary.failed.push({ organizationId, code, detail: details.detail });
    }
  }
  progress(ids.length, ids.length);
  return summary;
}

/** Whether the catalogue differed. */
async function pushToOrganization(
  deps: Deps,
  organizationId: string,
  { declaration, drop, isDryRun }: Push,
): Promise<boolean> {
  const actor = await createCommandLineActor(deps, organizationId, command);
  const preview = await changeCatalogue(deps, actor, { declaration, drop: [], version: null });
  const { appeared, disappeared, changed } = preview.change;
  if (![appeared, disappeared, changed].some((list) => list.length > 0)) return false;
  if (!isDryRun) await changeCatalogue(deps, actor, { declaration, drop, version: preview.version });
  return true;
}

function readDrop({ drop, "drop-all": dropsAll }: Values): readonly string[] | "all" {
  if (dropsAll === true) return "all";
  return typeof drop === "string" ? drop.split(",").filter((name) => name !== "") : [];
}

function describe({ total, changed, same, failed }: PushSummary, isDryRun: boolean): readonly string[] {
  return [
    `${isDryRun ? "Would change" : "Changed"}: ${changed} of ${total} organizations; the same already: ${same}`,
    ...failed.map(({ organizationId, detail }) => `${organizationId}: ${detail}`),
  ];
}
