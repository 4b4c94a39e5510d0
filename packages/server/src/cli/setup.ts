/** Sets up the first organization without a browser. */
import { text } from "node:stream/consumers";
import { parseCatalogue } from "@gatehouse/access/catalogue";
import * as contract from "@gatehouse/sdk/contract";
import { pino } from "pino";
import * as z from "zod/mini";
import { readConfig } from "../config.ts";
import type { Deps } from "../deps.ts";
import { checkPassword } from "../features/accounts/index.ts";
import { addOneYear, createApiKey } from "../features/api-keys/index.ts";
import {
  claimSetup,
  createOrganization,
  needsSetup,
  parseAccountEmail,
  type StartingPoint,
  startingPoints,
  startWith,
} from "../features/organizations/index.ts";
import { type Command, CommandError, type Values } from "./command.ts";
import { openInstallation } from "./open-installation.ts";
import { readDeclaration } from "./read-declaration.ts";

/** The options of the command, validated. */
interface SetupInput {
  readonly organization: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly start: StartingPoint;
}

const alreadyDone =
  "There is an organization here already: set-up is done once. Sign in to the panel, or name an empty database.";

/** `gatehouse setup` */
export const setup: Command = {
  name: "setup",
  summary:
    "Create the first organization, its owner and an API key with every permission for a year; prints them as JSON",
  options: {
    organization: { type: "string", value: "NAME", help: "Name of the organization" },
    "owner-email": { type: "string", value: "E", help: "Address that the owner signs in with" },
    "owner-name": { type: "string", value: "N", help: "The owner's name" },
    "owner-password-stdin": { type: "boolean", help: "Read the owner's password from standard input" },
    catalogue: {
      type: "string",
      value: "none|example|FILE",
      help: "none (default): roles for Gatehouse itself, until you push your panel's permissions; example: a customer-engagement panel; or your permissions, as JSON or a module",
    },
  },
  run: async (values, { out }) => {
    const config = readConfig();
    const input = await readInput(values);
    const installation = await openInstallation(config, "setup", pino({ level: "silent" }));
    try {
      out(JSON.stringify(await setUpFromCommandLine(installation.deps, input)));
    } finally {
      await installation.close();
    }
    return 0;
  },
};

async function readInput(values: Values): Promise<SetupInput> {
  const start = await readStart(values["catalogue"]);
  if (values["owner-password-stdin"] !== true) {
    throw new CommandError("Add --owner-password-stdin and give the owner's password on standard input.");
  }
  const input = {
    token: "the command line needs none",
    organization: requireOption(values, "organization"),
    name: requireOption(values, "owner-name"),
    email: requireOption(values, "owner-email"),
    password: (await text(process.stdin)).replace(/\r?\n$/, ""),
  };
  const parsed = z.safeParse(contract.setUp.body, input);
  if (!parsed.success) throw new CommandError(describeIssue(parsed.error.issues[0]));
  return { ...parsed.data, email: parseAccountEmail(parsed.data.email), start };
}

async function readStart(catalogue: Values[string]): Promise<StartingPoint> {
  if (typeof catalogue !== "string" || catalogue === "none") return startingPoints.none;
  if (catalogue === "example") return startingPoints.example;
  return startWith(parseCatalogue(await readDeclaration(catalogue)));
}

const optionLabels: Readonly<Record<string, string>> = {
  organization: "--organization",
  name: "--owner-name",
  email: "--owner-email",
  password: "The password",
};

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  return `${optionLabels[String(issue?.path[0])] ?? "An option"} is invalid: ${issue?.message ?? "check it"}`;
}

function requireOption(values: Values, name: string): string {
  const value = values[name];
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new CommandError(`Add --${name}. See: gatehouse setup --help`);
}

/**
 * Creates the organization, its owner and an API key with the owner's permissions in one transaction. The key has the default
 * expiry.
 */
async function setUpFromCommandLine(
  deps: Pick<Deps, "db" | "clock" | "ids" | "passwords">,
  { organization, name, email, password, start }: SetupInput,
): Promise<{ readonly organizationId: string; readonly userId: string; readonly apiKey: string }> {
  if (!(await deps.db.shared(needsSetup, { readOnly: true }))) throw new CommandError(alreadyDone);
  checkPassword({ password, name, email, organization });
  const passwordHash = await deps.passwords.hash(password);
  const origin = { ip: null, userAgent: "gatehouse setup", requestId: deps.ids.next() };
  return deps.db.shared(
    async (tx) => {
      if (!(await claimSetup(tx, deps.clock.now()))) throw new CommandError(alreadyDone);
      const owner = { name, email, passwordHash, language: "en" } as const;
      const created = await createOrganization(deps, tx, { name: organization, owner, start, origin });
      if (created === null) throw new CommandError(alreadyDone);
      const { organizationId, userId } = created;
      const actor = { type: "system", id: null, name: "Command line", organizationId, origin } as const;
      const key = await createApiKey(deps, tx, actor, {
        name: "Set-up",
        permissions: null,
        createdBy: userId,
        expiresAt: addOneYear(deps.clock.now()),
      });
      return { organizationId, userId, apiKey: key.text };
    },
    { system: "the operator sets up" },
  );
}
