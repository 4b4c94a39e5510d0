/** The way back of somebody who lost their second factors, for the operator of the server. */

import { type Command, CommandError } from "@gatehouse/cli";
import { parseEmail } from "@gatehouse/sdk/contract";
import { readConfig } from "../config.ts";
import { removeSecondFactorsForOperator } from "../features/second-factors/remove-for-user.ts";
import { openOutbox } from "../jobs/outbox.ts";
import { systemClock } from "../ports/clock.ts";
import { systemIds } from "../ports/ids.ts";
import { openStorage } from "./open-installation.ts";

/** `gatehouse account remove-second-factors EMAIL` */
export const accountRemoveSecondFactors: Command = {
  name: "account remove-second-factors",
  summary: "Remove the authenticator app, passkeys and recovery codes of an account, and end its sessions",
  operand: { value: "EMAIL", help: "Address that the person signs in with" },
  options: {},
  run: async (values, { out }) => {
    const parsed = parseEmail(String(values["EMAIL"]));
    if (!parsed.ok)
      throw new CommandError("EMAIL is not one e-mail address. Write it like name@example.com.");
    const storage = await openStorage(readConfig(), "account remove-second-factors", { mustExist: true });
    try {
      const outbox = await openOutbox(storage.engine, (error) => {
        throw error;
      });
      const deps = { db: storage.db, clock: systemClock, ids: systemIds, enqueue: outbox.enqueue };
      const isRemoved = await removeSecondFactorsForOperator(deps, parsed.email);
      await outbox.close();
      if (!isRemoved)
        throw new CommandError(
          `No account with a second factor signs in with ${parsed.email}. Check the address with the person.`,
        );
      if (values["json"] === true) out(JSON.stringify({ email: parsed.email, removed: true }));
      else out(`Removed. ${parsed.email} signs in with the password alone, and is told by e-mail.`);
    } finally {
      await storage.close();
    }
    return 0;
  },
};
