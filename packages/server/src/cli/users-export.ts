/** Exports users as CSV or JSON lines from the database, as the operator. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type Command, CommandError, type Values } from "@gatehouse/cli";
import { parseUserExportColumns, userExportColumns } from "@gatehouse/sdk/contract";
import { exportUsers } from "../features/users/index.ts";
import { openOrganization, organizationOption } from "./organization-target.ts";

/** `gatehouse users export` */
export const usersExport: Command = {
  name: "users export",
  summary: "Print the users of an organization, or write them to a file",
  options: {
    organization: organizationOption,
    format: { type: "string", value: "FORMAT", help: "csv (the default, safe for spreadsheets) or jsonl" },
    columns: {
      type: "string",
      value: "NAMES",
      help: `Which columns, with commas between: ${userExportColumns.join(",")}`,
    },
    output: { type: "string", value: "FILE", help: "Write to FILE instead of standard output" },
  },
  run: async (values, { out }) => {
    const { format, columns } = readOptions(values);
    const { deps, actor, close } = await openOrganization(values, "users export");
    try {
      const chunks = await exportUsers(deps, actor, { format, columns });
      const path = values["output"];
      // Standard output stays open for the commands that follow in this process.
      if (typeof path !== "string") await pipeline(chunks, process.stdout, { end: false });
      else {
        await pipeline(chunks, createWriteStream(path, { mode: 0o600 }));
        if (values["json"] === true) out(JSON.stringify({ file: path }));
      }
    } finally {
      await close();
    }
    return 0;
  },
};

function readOptions({ format, columns: names, json, output }: Values) {
  const isJson = format === "jsonl" || (format === undefined && json === true && output === undefined);
  if (format !== undefined && format !== "csv" && format !== "jsonl")
    throw new CommandError("--format is csv or jsonl.");
  const columns = typeof names === "string" ? parseUserExportColumns(names) : userExportColumns;
  const count = typeof names === "string" ? new Set(names.split(",")).size : columns.length;
  if (columns.length < count || columns.length === 0)
    throw new CommandError(
      `--columns has an unknown name. These are there: ${userExportColumns.join(", ")}.`,
    );
  return { format: isJson ? ("ndjson" as const) : ("csv" as const), columns };
}
