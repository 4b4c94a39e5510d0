/** What the commands that create an organization have in common: their options, and what they print. */
import { text } from "node:stream/consumers";
import { parseCatalogue } from "@gatehouse/access/catalogue";
import { CommandError, type Option, readDeclaration, type Values } from "@gatehouse/cli";
import * as contract from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Tx } from "../db/database.ts";
import type { Deps } from "../deps.ts";
import { checkPassword } from "../features/accounts/index.ts";
import { addOneYear, createApiKey } from "../features/api-keys/index.ts";
import {
  chooseStart,
  createOrganization,
  type NewOrganization,
  parseAccountEmail,
  type StartingPoint,
  startingPoints,
  startWith,
} from "../features/organizations/index.ts";

/** The options of a command that creates an organization. */
export const newOrganizationOptions: Readonly<Record<string, Option>> = {
  organization: { type: "string", value: "NAME", help: "Name of the organization" },
  "owner-email": { type: "string", value: "E", help: "Address that the owner signs in with" },
  "owner-name": { type: "string", value: "N", help: "The owner's name" },
  "owner-password-stdin": { type: "boolean", help: "Read the owner's password from standard input" },
  catalogue: {
    type: "string",
    value: "none|example|FILE",
    help: "none: roles for Gatehouse itself, until you push your panel's permissions; example: a customer-engagement panel; or your permissions, as JSON or a module. Default: what was pushed to all organizations, or none",
  },
};

/** The options, validated. */
export interface OrganizationInput {
  readonly organization: string;
  readonly name: string;
  readonly email: string;
  /** Null when the owner has an account and keeps its password. */
  readonly password: string | null;
  /** Null for what was pushed to all organizations. */
  readonly start: StartingPoint | null;
}

/**
 * Reads and validates the options of `command`. The password may be missing only where `needsPassword` is false.
 * @throws CommandError
 */
export async function readOrganizationInput(
  values: Values,
  { command, needsPassword }: { readonly command: string; readonly needsPassword: boolean },
): Promise<OrganizationInput> {
  const start = await readStart(values["catalogue"]);
  const readsPassword = values["owner-password-stdin"] === true;
  if (needsPassword && !readsPassword) throw passwordMissing();
  const readText = (name: string): string => {
    const value = values[name];
    if (typeof value === "string" && value.trim() !== "") return value;
    throw new CommandError(`Add --${name}. See: gatehouse ${command} --help`);
  };
  const input = {
    organization: readText("organization"),
    name: readText("owner-name"),
    email: readText("owner-email"),
    ...(readsPassword ? { password: (await text(process.stdin)).replace(/\r?\n$/, "") } : {}),
  };
  const parsed = z.safeParse(inputSchema, input);
  if (!parsed.success) throw new CommandError(describeIssue(parsed.error.issues[0]));
  const { organization, name, email, password = null } = parsed.data;
  return { organization, name, email: parseAccountEmail(email), password, start };
}

/** The owner has no account, so a password is needed. */
export function passwordMissing(): CommandError {
  return new CommandError("Add --owner-password-stdin and give the owner's password on standard input.");
}

const { organization, name, email, password } = contract.setUp.body.shape;
const inputSchema = z.strictObject({ organization, name, email, password: z.optional(password) });

async function readStart(catalogue: Values[string]): Promise<StartingPoint | null> {
  if (typeof catalogue !== "string") return null;
  if (catalogue === "none") return startingPoints.none;
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

/**
 * The hash of the owner's new password.
 * @throws ApiError passwords/*
 */
export async function hashOwnerPassword(
  deps: Pick<Deps, "passwords">,
  { organization, name, email }: OrganizationInput,
  password: string,
): Promise<string> {
  checkPassword({ password, name, email, organization });
  return deps.passwords.hash(password);
}

/** What the commands print. */
export interface PrintedOrganization {
  readonly organizationId: string;
  readonly userId: string;
  readonly apiKey: string;
}

/**
 * Creates the organization, its owner and an API key with the owner's permissions in the caller's transaction. The key has the
 * default expiry. Null if the address of a new owner got an account meanwhile.
 */
export async function createWithApiKey(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  {
    command,
    start: requested,
    ...organization
  }: Omit<NewOrganization, "origin" | "start"> &
    Pick<OrganizationInput, "start"> & { readonly command: string },
): Promise<PrintedOrganization | null> {
  const start = await chooseStart(tx, requested);
  const origin = { ip: null, userAgent: `gatehouse ${command}`, requestId: deps.ids.next() };
  const created = await createOrganization(deps, tx, { ...organization, start, origin });
  if (created === null) return null;
  const { organizationId, userId } = created;
  const actor = { type: "system", id: null, name: "Command line", organizationId, origin } as const;
  const key = await createApiKey(deps, tx, actor, {
    name: "Set-up",
    permissions: null,
    createdBy: userId,
    expiresAt: addOneYear(deps.clock.now()),
  });
  return { organizationId, userId, apiKey: key.text };
}
