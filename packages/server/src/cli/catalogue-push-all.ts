/** Pushes the permissions and roles that a file declares to every organization, in the database or through a running server. */
import { text } from "node:stream/consumers";
import {
  CommandError,
  type PushSummary,
  pushReplaced,
  pushToAllOverHttp,
  readDryRun,
  readPushFile,
  reportPush,
  showProgress,
  type Terminal,
  toPushBody,
  type Values,
} from "@gatehouse/cli";
import {
  putInstallationCatalogue as endpoint,
  type InstallationCatalogueBody,
} from "@gatehouse/sdk/contract";
import { pino } from "pino";
import { readConfig } from "../config.ts";
import type { Deps } from "../deps.ts";
import {
  applyPush,
  compileRequest,
  countPushes,
  listFailures,
  listToDo,
  loadPush,
  type PushFailure,
  previewPush,
  pushToOrganizations,
  putInstallationCatalogue,
} from "../features/installation-catalogue/index.ts";
import { openInstallation } from "./open-installation.ts";
import { openToRead, type ReadingDeps } from "./organization-target.ts";

const command = "catalogue push";

/** Runs `catalogue push --all`. */
export async function pushToAll(values: Values, terminal: Terminal): Promise<number> {
  if (values["organization"] !== undefined)
    throw new CommandError("--all and --organization can't be used together.");
  const { url } = values;
  if (typeof url === "string") {
    if (values["operator-token-stdin"] !== true)
      throw new CommandError("Add --operator-token-stdin and give OPERATOR_TOKEN on standard input.");
    return pushToAllOverHttp({ url, token: (await text(process.stdin)).trim() }, values, terminal);
  }
  const body = readBody(toPushBody(await readPushFile(String(values["FILE"])), values));
  return reportPush(await (readDryRun(values) ? previewAll(body) : pushAll(body)), values, terminal);
}

/** @throws CommandError for roles that aren't as the API takes them */
function readBody(body: object): InstallationCatalogueBody {
  const parsed = endpoint.body.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CommandError(`The roles of FILE can't be used: ${issue?.path.join(".")}: ${issue?.message}`);
}

function createPushActor({ ids }: Pick<Deps, "ids">) {
  const origin = { ip: null, userAgent: `gatehouse ${command}`, requestId: ids.next() };
  return { name: "Command line", origin };
}

/**
 * Stores the push and applies it in this process. Its job is enqueued, too: if the process stops, a worker does the rest, and one that runs
 * meanwhile helps.
 */
async function pushAll(body: InstallationCatalogueBody): Promise<PushSummary> {
  const { deps, close } = await openInstallation(readConfig(), command, pino({ level: "silent" }));
  try {
    const { catalogue } = await putInstallationCatalogue(deps, {
      body,
      version: null,
      pushedBy: createPushActor(deps),
    });
    const push = await loadPush(deps);
    const { version } = catalogue;
    if (push?.version !== version) throw pushReplaced();
    const progress = showProgress("Pushing");
    const total = catalogue.progress.organizations;
    let done = 0;
    await pushToOrganizations(deps, push, {
      isTimeUp: () => false,
      apply: async (...args) => {
        progress(Math.min(done, total - 1), total);
        const outcome = await applyPush(...args);
        done += 1;
        return outcome;
      },
    });
    progress(total, total);
    return await deps.db.shared(
      async (tx) => {
        const { organizations, changed, same } = await countPushes(tx, version);
        const failed: PushFailure[] = [];
        for (let more = pageSize; more === pageSize; ) {
          const page = await listFailures(tx, version, {
            after: failed.at(-1)?.organizationId ?? null,
            limit: pageSize,
          });
          failed.push(...page);
          more = page.length;
        }
        if (changed + same + failed.length < organizations) throw pushReplaced();
        return { total: organizations, changed, same, failed: failed.map(toFailed) };
      },
      { readOnly: true },
    );
  } finally {
    await close();
  }
}

const pageSize = 1_000;

function toFailed({ organizationId, code, detail }: PushFailure): PushSummary["failed"][number] {
  return { organizationId, code, detail };
}

/** What a push would do. Nothing is changed, not even the schema. */
async function previewAll(body: InstallationCatalogueBody): Promise<PushSummary> {
  const { deps, close } = await openToRead(command);
  try {
    const push = await compileRequest(deps, { body, pushedBy: createPushActor(deps) });
    const ids = await listAll(deps, push.version);
    const progress = showProgress("Checking");
    const failed: PushSummary["failed"][number][] = [];
    let [changed, same] = [0, 0];
    for (const [at, organizationId] of ids.entries()) {
      progress(at, ids.length);
      const outcome = await previewPush(deps, organizationId, push);
      if (outcome?.outcome === "failed")
        failed.push({ organizationId, code: outcome.code, detail: outcome.detail });
      if (outcome?.outcome === "changed") changed += 1;
      if (outcome?.outcome === "same") same += 1;
    }
    progress(ids.length, ids.length);
    return { total: changed + same + failed.length, changed, same, failed };
  } finally {
    await close();
  }
}

/** All organizations: none has the version yet. */
async function listAll({ db }: ReadingDeps, version: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let more = pageSize; more === pageSize; ) {
    const after = ids.at(-1) ?? null;
    const page = await db.shared((tx) => listToDo(tx, version, { after, limit: pageSize }), {
      readOnly: true,
    });
    ids.push(...page);
    more = page.length;
  }
  return ids;
}
