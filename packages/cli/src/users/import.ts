/** Uploads a file of users, or of people to invite, and waits until the server has imported it. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { GatehouseClient } from "@gatehouse/sdk/client";
import type { ImportPreset, UserImportView } from "@gatehouse/sdk/contract";
import { type Command, CommandError, showProgress, type Values } from "../command-line/command.ts";
import { connectionOptions, openClient } from "../connection.ts";
import { writeResponse } from "./export.ts";

/** Characters of a part: the API's limit. */
const partLength = 131_072;

/** Between two questions for the progress. */
const pollIntervalMs = 500;

/** `gatehouse-cli users import FILE` */
export const usersImport: Command = {
  name: "users import",
  summary: "Create or change users, or invite people, from a CSV or JSON file",
  operand: {
    value: "FILE",
    help: "CSV whose first line names the columns email, name, roles (names, with ; between), externalId, phone and status; .jsonl with these fields in one object a line; or an export of --preset",
  },
  options: {
    ...connectionOptions,
    as: {
      type: "string",
      value: "KIND",
      help: "users (the default): they exist at once; invitations: each gets an e-mail",
    },
    preset: {
      type: "string",
      value: "SYSTEM",
      help: "The system that exported FILE: auth0, clerk, keycloak, better-auth or firebase",
    },
    "dry-run": { type: "boolean", help: "Print what would happen, and change nothing" },
    refused: {
      type: "string",
      value: "FILE",
      help: "Write the refused rows there as CSV, with line and reason",
    },
  },
  run: async (values, { out, err }) => {
    const path = String(values["FILE"]);
    const { start, refused: refusedFile } = readOptions(values, path);
    if (!(await stat(path)).isFile()) throw new CommandError(`${path} is not a file.`);
    const client = await openClient(values);
    const importId = await upload(client, path);
    const isDryRun = start.dryRun === true;
    const { body: started } = await client.startUserImport({ params: { importId }, body: start });
    const ended = await waitForEnd(client, started, isDryRun ? "Checking" : "Importing");
    if (refusedFile !== null && ended.refused > 0)
      await writeResponse(await client.exportUserImportRows({ params: { importId } }), refusedFile);
    if (isDryRun) await client.cancelUserImport({ params: { importId } }); // the file is of no more use
    if (ended.failure !== undefined) throw new CommandError(ended.failure.detail, ended.failure);
    if (ended.status === "cancelled") throw new CommandError("Somebody stopped the import.");
    const { total, created, updated, unchanged, refused } = ended;
    if (values["json"] === true) out(JSON.stringify({ total, created, updated, unchanged, refused }));
    else {
      const would = isDryRun ? "Nothing was changed. Of" : "Of";
      out(
        `${would} ${total} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused.`,
      );
    }
    if (refused > 0 && refusedFile === null)
      err("Some rows were refused. Add --refused FILE to see which, and why.");
    return 0;
  },
};

/** Uploads the file in parts; gives the id of the import. */
async function upload(client: GatehouseClient, path: string): Promise<string> {
  const { body } = await client.createUserImport({ body: { fileName: basename(path).slice(-200) } });
  let number = 0;
  for await (const text of createReadStream(path, { encoding: "utf8", highWaterMark: partLength })) {
    number += 1;
    await client.uploadUserImportPart({ params: { importId: body.id }, body: { number, text } });
  }
  return body.id;
}

const unfinished: ReadonlySet<UserImportView["status"]> = new Set(["uploaded", "checking", "running"]);

async function waitForEnd(
  client: GatehouseClient,
  first: UserImportView,
  label: string,
): Promise<UserImportView> {
  const progress = showProgress(label);
  let current = first;
  while (unfinished.has(current.status)) {
    if (current.total !== null && current.total > current.done) progress(current.done, current.total);
    await setTimeout(pollIntervalMs);
    current = (await client.getUserImport({ params: { importId: first.id } })).body;
  }
  progress(1, 1);
  return current;
}

interface ImportOptions {
  readonly as: "users" | "invitations";
  readonly dryRun?: boolean;
  readonly preset?: ImportPreset;
}

function readOptions(values: Values, source: string): { start: ImportOptions; refused: string | null } {
  const { as = "users", preset, refused } = values;
  if (as !== "users" && as !== "invitations") throw new CommandError("--as is users or invitations.");
  if (typeof refused === "string" && resolve(refused) === resolve(source))
    throw new CommandError("--refused is the file that is imported. Name another one.");
  return {
    start: {
      as,
      ...(values["dry-run"] === true ? { dryRun: true } : {}),
      // The server names the systems that it knows.
      ...(typeof preset === "string" ? { preset: preset as ImportPreset } : {}),
    },
    refused: typeof refused === "string" ? refused : null,
  };
}
