/** The installation and the API key, or the operator's token, of a command: from options or the environment. No other file reads the environment. */
import { text } from "node:stream/consumers";
import { createClient, type GatehouseClient } from "@gatehouse/sdk/client";
import { CommandError, type Option, type Values } from "./command-line/command.ts";

/** Options of every command that sends requests. */
export const connectionOptions: Readonly<Record<string, Option>> = {
  url: { type: "string", value: "URL", help: "The installation; default: GATEHOUSE_URL" },
  "api-key-stdin": {
    type: "boolean",
    help: "Read the API key from standard input instead of GATEHOUSE_API_KEY",
  },
};

/** Where requests go, and the key. */
export interface ConnectionSettings {
  readonly url: string;
  readonly apiKey: string;
}

/**
 * Reads the settings of a connection.
 * @throws CommandError when one is missing
 */
export async function readConnection(
  values: Values,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ConnectionSettings> {
  const { url = environment["GATEHOUSE_URL"] ?? "", "api-key-stdin": isPiped } = values;
  const apiKey = isPiped === true ? await text(process.stdin) : (environment["GATEHOUSE_API_KEY"] ?? "");
  if (url === "") throw new CommandError("Name the installation: --url https://…, or set GATEHOUSE_URL.");
  if (apiKey.trim() === "")
    throw new CommandError(
      "An API key is missing. Set GATEHOUSE_API_KEY, or add --api-key-stdin and give it on standard input. Keys are created in the organization's settings.",
    );
  return { url: String(url), apiKey: apiKey.trim() };
}

/**
 * Reads where the operator's requests go, and the token: from standard input with `--operator-token-stdin`.
 * @throws CommandError when one is missing
 */
export async function readOperatorConnection(
  values: Values,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<{ readonly url: string; readonly token: string }> {
  const { url = environment["GATEHOUSE_URL"] ?? "", "operator-token-stdin": isPiped } = values;
  const token =
    isPiped === true ? await text(process.stdin) : (environment["GATEHOUSE_OPERATOR_TOKEN"] ?? "");
  if (url === "") throw new CommandError("Name the installation: --url https://…, or set GATEHOUSE_URL.");
  if (token.trim() === "")
    throw new CommandError(
      "The operator's token is missing. Set GATEHOUSE_OPERATOR_TOKEN, or add --operator-token-stdin and give it on standard input. It is the installation's setting OPERATOR_TOKEN.",
    );
  return { url: String(url), token: token.trim() };
}

/** A client for the settings of a command. @throws CommandError when one is missing */
export async function openClient(values: Values): Promise<GatehouseClient> {
  return createClient(await readConnection(values));
}
