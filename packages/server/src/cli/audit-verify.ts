/** Checks the audit chains of every organization. */
import { type ChainReport, verifyAllChains } from "../audit/verify.ts";
import { readConfig } from "../config.ts";
import { type Command, CommandError } from "./command.ts";
import { openStorage } from "./open-installation.ts";

/** `gatehouse audit verify` */
export const auditVerify: Command = {
  name: "audit verify",
  summary: "Check that no audit event was changed, removed or slipped in",
  options: {},
  run: async (values, { out }) => {
    const storage = await openStorage(readConfig(), "audit verify");
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
    const places = broken.map(
      ({ organizationId, brokenAt }) => `${organizationId} at event ${brokenAt?.sequence}`,
    );
    throw new CommandError(
      `The audit log is broken: ${places.join(", ")}. Compare with a backup to see what was there.`,
    );
  },
};

const words = {
  missing: "an event is missing",
  changed: "the event was changed",
  unlinked: "the event before it was changed",
  "cut off": "the last events were cut off",
  "beyond the head": "the chain's head ends before it: the event was inserted, or the head was set back",
  "no head": "the chain's head is missing, so later events may be, too",
  "no events": "there are no events, not even that of its founding",
  "no organization": "the organization itself was removed",
} as const;

/** What no check from within can see. */
const limits =
  "This can't vouch against the owner of the tables, who could rewrite a whole log with new hashes or remove an organization without a trace: keep these heads, or a backup, elsewhere and compare.";

function describe({ organizationId, events, head, brokenAt }: ChainReport): string {
  if (brokenAt === null) return `${organizationId}  whole, ${events} events, head ${head}`;
  return `${organizationId}  BROKEN at event ${brokenAt.sequence}: ${words[brokenAt.reason]}`;
}
