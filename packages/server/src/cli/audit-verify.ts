/** Checks the audit chains of every organization. */
import { type ChainReport, verifyAllChains } from "../audit/verify.ts";
import { readConfig } from "../config.ts";
import { type Command, CommandError } from "./command.ts";
import { openStorage } from "./open-installation.ts";

/** `gatehouse audit verify` */
export const auditVerify: Command = {
  name: "audit verify",
  summary: "Check that no audit event was changed, removed or inserted, and that none is left without a hash",
  options: {},
  run: async (values, { out }) => {
    const storage = await openStorage(readConfig(), "audit verify", {
      mustExist: true,
      mayCopy: true,
    });
    const reports: ChainReport[] = [];
    try {
      for await (const report of verifyAllChains(storage.engine, storage.db)) {
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

const reasons = {
  missing: "an event is missing",
  changed: "the event was changed",
  unlinked: "the event before it was changed",
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
