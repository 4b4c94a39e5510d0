/** Exports the users of an organization as CSV or JSON lines. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type Command, CommandError } from "../command-line/command.ts";
import { connectionOptions, openClient } from "../connection.ts";

/** `gatehouse-cli users export` */
export const usersExport: Command = {
  name: "users export",
  summary: "Print the users of the organization as CSV or JSON lines, or write them to a file",
  options: {
    ...connectionOptions,
    format: { type: "string", value: "FORMAT", help: "csv (the default, safe for spreadsheets) or jsonl" },
    columns: { type: "string", value: "NAMES", help: "Which columns, with commas between; default: all" },
    output: { type: "string", value: "FILE", help: "Write to FILE instead of standard output" },
  },
  run: async (values, { out }) => {
    const { format, columns, json, output } = values;
    if (format !== undefined && format !== "csv" && format !== "jsonl")
      throw new CommandError("--format is csv or jsonl.");
    const isJson = format === "jsonl" || (format === undefined && json === true && output === undefined);
    const client = await openClient(values);
    const response = await client.exportUsers({
      query: {
        format: isJson ? "ndjson" : "csv",
        ...(typeof columns === "string" ? { columns } : {}),
      },
    });
    await writeResponse(response, typeof output === "string" ? output : null);
    if (typeof output === "string" && json === true) out(JSON.stringify({ file: output }));
    return 0;
  },
};

/** Writes a response to a file that only this user reads, or to standard output. */
export async function writeResponse({ body }: Response, path: string | null): Promise<void> {
  const chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = body ?? [];
  // Standard output stays open for what follows in this process.
  if (path === null) await pipeline(chunks, process.stdout, { end: false });
  else await pipeline(chunks, createWriteStream(path, { mode: 0o600 }));
}
