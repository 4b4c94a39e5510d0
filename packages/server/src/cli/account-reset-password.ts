/** A way back into an account, for the operator of the server. */

import { type Command, CommandError } from "@gatehouse/cli";
import { parseEmail } from "@gatehouse/sdk/contract";
import { readConfig } from "../config.ts";
import { createResetLinkForOperator } from "../features/account-recovery/index.ts";
import { systemClock } from "../ports/clock.ts";
import { systemIds } from "../ports/ids.ts";
import { openStorage } from "./open-installation.ts";
import { openSecrets } from "./secret-key.ts";

/** `gatehouse account reset-password EMAIL` */
export const accountResetPassword: Command = {
  name: "account reset-password",
  summary: "Print a link that sets a new password for an account, once, for 30 minutes",
  operand: { value: "EMAIL", help: "Address that the person signs in with" },
  options: {},
  run: async (values, { out }) => {
    const parsed = parseEmail(String(values["EMAIL"]));
    if (!parsed.ok)
      throw new CommandError("EMAIL is not one e-mail address. Write it like name@example.com.");
    const config = readConfig();
    const storage = await openStorage(config, "account reset-password", { mustExist: true });
    try {
      const secrets = await openSecrets(storage.engine, config);
      const deps = { db: storage.db, clock: systemClock, ids: systemIds, secrets, config };
      const link = await createResetLinkForOperator(deps, parsed.email);
      if (link === null)
        throw new CommandError(
          `No account signs in with ${parsed.email}. Check the address with the person.`,
        );
      const expiresAt = link.expiresAt.toISOString();
      if (values["json"] === true) out(JSON.stringify({ url: link.url, expiresAt }));
      else {
        out(link.url);
        out(`Give it to the owner of ${parsed.email} alone. It works once, until ${expiresAt}.`);
      }
    } finally {
      await storage.close();
    }
    return 0;
  },
};
