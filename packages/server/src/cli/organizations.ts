/** Creates further organizations, and lists all of them. */

import { type Command, CommandError } from "@gatehouse/cli";
import type { OperatedOrganization } from "@gatehouse/sdk/contract";
import { pino } from "pino";
import { readConfig } from "../config.ts";
import type { Deps } from "../deps.ts";
import { findAccountByEmail } from "../features/accounts/index.ts";
import { listAllOrganizations } from "../features/operator/index.ts";
import { needsSetup } from "../features/organizations/index.ts";
import {
  createWithApiKey,
  hashOwnerPassword,
  newOrganizationOptions,
  type OrganizationInput,
  type PrintedOrganization,
  passwordMissing,
  readOrganizationInput,
} from "./new-organization.ts";
import { openInstallation, openStorage } from "./open-installation.ts";

/** `gatehouse organizations create` */
export const organizationsCreate: Command = {
  name: "organizations create",
  summary:
    "Create a further organization, its owner and an API key with every permission for a year; prints them as JSON",
  options: {
    ...newOrganizationOptions,
    "owner-password-stdin": {
      type: "boolean",
      help: "Read the owner's password from standard input; an owner who has an account keeps its password and needs none",
    },
  },
  run: async (values, { out }) => {
    const config = readConfig();
    const input = await readOrganizationInput(values, {
      command: "organizations create",
      needsPassword: false,
    });
    const { deps, close } = await openInstallation(config, "organizations create", pino({ level: "silent" }));
    try {
      out(JSON.stringify(await createFurtherOrganization(deps, input)));
    } finally {
      await close();
    }
    return 0;
  },
};

async function createFurtherOrganization(
  deps: Pick<Deps, "db" | "clock" | "ids" | "passwords">,
  input: OrganizationInput,
): Promise<PrintedOrganization> {
  const { organization: name, email, password, start } = input;
  const { isEmpty, account } = await deps.db.shared(
    async (tx) => ({ isEmpty: await needsSetup(tx), account: await findAccountByEmail(tx, email) }),
    { readOnly: true },
  );
  if (isEmpty) throw new CommandError("There is no organization yet. Create the first one: gatehouse setup");
  const language = "en" as const;
  const owner =
    account === null
      ? { ...(await createAccount(deps, input, password)), language }
      : { name: input.name, email, accountId: account.id, language };
  const created = await deps.db.shared(
    (tx) => createWithApiKey(deps, tx, { name, owner, start, command: "organizations create" }),
    { system: "the operator creates an organization" },
  );
  if (created === null)
    throw new CommandError(`${email} got an account at the same moment. Run the command again.`);
  return created;
}

async function createAccount(
  deps: Pick<Deps, "passwords">,
  input: OrganizationInput,
  password: string | null,
) {
  if (password === null) throw passwordMissing();
  const { name, email } = input;
  return { name, email, passwordHash: await hashOwnerPassword(deps, input, password) };
}

/** `gatehouse organizations list` */
export const organizationsList: Command = {
  name: "organizations list",
  summary: "Print the id and name of every organization, the oldest first",
  options: {},
  run: async (values, { out }) => {
    const { db, close } = await openStorage(readConfig(), "organizations list", {
      mustExist: true,
      mayCopy: true,
    });
    try {
      const organizations = await listAllOrganizations({ db });
      if (values["json"] === true) out(JSON.stringify({ organizations: organizations.map(toListed) }));
      else
        for (const { id, name, status } of organizations)
          out(`${id}  ${name}${status === "active" ? "" : `  (${status})`}`);
    } finally {
      await close();
    }
    return 0;
  },
};

function toListed({ id, name, createdAt, status, userCount, restorableUntil }: OperatedOrganization) {
  return { organizationId: id, name, createdAt, status, userCount, restorableUntil };
}
