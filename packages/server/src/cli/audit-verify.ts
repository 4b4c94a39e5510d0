/** Checks the audit chains of every organization. */
import { existsSync, readFileSync } from "node:fs";
import { type Command, CommandError } from "@gatehouse/cli";
import { readCheckpoint } from "../audit/checkpoint.ts";
import { type ChainReport, verifyAllChains, verifyChain } from "../audit/verify.ts";
import { type Config, readConfig } from "../config.ts";
import { type OpenStorage, openStorage } from "./open-installation.ts";
import { openSecrets } from "./secret-key.ts";

/** `gatehouse audit verify` */
export const auditVerify: Command = {
  name: "audit verify",
  summary: "Check that no audit event was changed, removed or inserted, and that none is left without a hash",
  options: {
    since: {
      type: "string",
      value: "CHECKPOINT",
      help: "Check one organization from a checkpoint on: a file with what GET …/audit-events/checkpoint returned, or its signature",
    },
  },
  run: async (values, { out }) => {
    const config = readConfig();
    const storage = await openStorage(config, "audit verify", { mustExist: true, mayCopy: true });
    const reports: ChainReport[] = [];
    try {
      const { since } = values;
      const chains =
        typeof since === "string"
          ? [await verifySince(storage, config, since)]
          : verifyAllChains(storage.engine, storage.db);
      for await (const report of chains) {
        reports.push(report);
        if (values["json"] !== true) out(describe(report));
      }
    } finally {
      await storage.close();
    }
    const broken = reports.filter(({ brokenAt }) => brokenAt !== null);
    if (values["json"] === true)
      out(JSON.stringify({ whole: broken.length === 0, organizations: reports, limits }));
    if (broken.length === 0) {
      if (values["json"] !== true) out(limits);
      return 0;
    }
    const locations = broken.map(
      ({ organizationId, brokenAt }) => `${organizationId} at event ${brokenAt?.sequence}`,
    );
    throw new CommandError(
      `The audit log is broken: ${locations.join(", ")}. Compare with a backup to see what was there.`,
    );
  },
};

/** @throws CommandError when the checkpoint can't be read, or isn't one of this installation */
async function verifySince(
  { engine, db }: OpenStorage,
  config: Config,
  source: string,
): Promise<ChainReport> {
  const secrets = await openSecrets(engine, config);
  const checkpoint = readCheckpoint(secrets, readText(source));
  if (checkpoint === null)
    throw new CommandError(
      "This checkpoint wasn't signed with the secret key of this installation, or was changed. Name a file with the whole response, and use the SECRET_KEY of then.",
    );
  return verifyChain(db, checkpoint.organization, { since: checkpoint });
}

/** The text of the file; the argument itself where there is no such file and it looks like a checkpoint. */
function readText(source: string): string {
  if (/^\s*\{|^[\w-]+\.[\w-]+\.[\w-]+$/.test(source) && !existsSync(source)) return source;
  try {
    return readFileSync(source, "utf8");
  } catch (error) {
    throw new CommandError(`${source} can't be read. Name a file with a checkpoint.`, { cause: error });
  }
}

const reasons = {
  missing: "an event is missing",
  changed: "the event was changed",
  unlinked: "the event before it was changed",
  rewritten: "it isn't the event of the checkpoint: the log was rewritten",
  "cut off": "the last events were cut off",
  "beyond the head": "the chain's head ends before it: the event was inserted, or the head was set back",
  unsealed:
    "events wait for their number and hash, and can't get them: see the log of the servers and workers",
  "no head": "the chain's head is missing, so later events may be, too",
  "no events": "there are no events, not even the one of its creation",
  "no organization": "the organization itself was removed",
} as const;

/** What this check can't detect. */
const limits =
  "This can't detect changes by the owner of the tables, who could rewrite a whole log with new hashes or remove an organization: keep these heads, or a backup, elsewhere and compare.";

function describe({ organizationId, events, head, brokenAt }: ChainReport): string {
  if (brokenAt === null) return `${organizationId}  whole, ${events} events, head ${head}`;
  return `${organizationId}  BROKEN at event ${brokenAt.sequence}: ${reasons[brokenAt.reason]}`;
}
