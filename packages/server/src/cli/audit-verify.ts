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
      for await (const report of verifyAllChains(storage.db)) {
        reports.push(report);
        if (values["json"] !== true) out(describe(report));
      }
    } finally {
      await storage.close();
    }
    const broken = reports.filter(({ brokenAt }) => brokenAt !== null);
    if (values["json"] === true) out(JSON.stringify({ whole: broken.length === 0, organizations: reports }));
    if (broken.length === 0) return 0;
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
} as const;

function describe({ organizationId, events, head, brokenAt }: ChainReport): string {
  if (brokenAt === null) return `${organizationId}  whole, ${events} events, head ${head}`;
  return `${organizationId}  BROKEN at event ${brokenAt.sequence}: ${words[brokenAt.reason]}`;
}
