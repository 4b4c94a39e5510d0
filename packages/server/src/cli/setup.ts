/** Sets up the first organization without a browser. */

import { type Command, CommandError } from "@gatehouse/cli";
import { pino } from "pino";
import { readConfig } from "../config.ts";
import type { Deps } from "../deps.ts";
import { claimSetup, needsSetup } from "../features/organizations/index.ts";
import {
  createWithApiKey,
  hashOwnerPassword,
  newOrganizationOptions,
  type OrganizationInput,
  type PrintedOrganization,
  passwordMissing,
  readOrganizationInput,
} from "./new-organization.ts";
import { openInstallation } from "./open-installation.ts";

const alreadyDone =
  "There is an organization here already: set-up is done once. Sign in to the panel, name an empty database, or add one: gatehouse organizations create";

/** `gatehouse setup` */
export const setup: Command = {
  name: "setup",
  summary:
    "Create the first organization, its owner and an API key with every permission for a year; prints them as JSON",
  options: newOrganizationOptions,
  run: async (values, { out }) => {
    const config = readConfig();
    const input = await readOrganizationInput(values, { command: "setup", needsPassword: true });
    const installation = await openInstallation(config, "setup", pino({ level: "silent" }));
    try {
      out(JSON.stringify(await setUpFromCommandLine(installation.deps, input)));
    } finally {
      await installation.close();
    }
    return 0;
  },
};

async function setUpFromCommandLine(
  deps: Pick<Deps, "db" | "clock" | "ids" | "passwords">,
  input: OrganizationInput,
): Promise<PrintedOrganization> {
  const { organization, name, email, password, start } = input;
  if (password === null) throw passwordMissing();
  if (!(await deps.db.shared(needsSetup, { readOnly: true }))) throw new CommandError(alreadyDone);
  const passwordHash = await hashOwnerPassword(deps, input, password);
  const owner = { name, email, passwordHash, language: "en" } as const;
  return deps.db.shared(
    async (tx) => {
      if (!(await claimSetup(tx, deps.clock.now()))) throw new CommandError(alreadyDone);
      const created = await createWithApiKey(deps, tx, {
        name: organization,
        owner,
        start,
        command: "setup",
      });
      if (created === null) throw new CommandError(alreadyDone);
      return created;
    },
    { system: "the operator sets up" },
  );
}
