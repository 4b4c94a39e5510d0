#!/usr/bin/env node
/** The program's entry point. */
import { readFileSync } from "node:fs";
import { GatehouseError } from "@gatehouse/sdk";
import { openRemoteCatalogue } from "./catalogue/open-remote.ts";
import { addAllOption, createCataloguePush } from "./catalogue/push.ts";
import { pushToAllOverHttp } from "./catalogue/push-to-all.ts";
import { CommandError } from "./command-line/command.ts";
import { run } from "./command-line/run.ts";
import { connectionOptions, readConnection, readOperatorConnection } from "./connection.ts";
import { usersExport } from "./users/export.ts";
import { usersImport } from "./users/import.ts";
import { usersList } from "./users/list.ts";

const name = "gatehouse-cli";
const { version }: { version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);
const pushToOne = createCataloguePush(name, connectionOptions, async (values) => {
  const { url, apiKey } = await readConnection(values);
  return openRemoteCatalogue(url, apiKey);
});
const cataloguePush = addAllOption(pushToOne, async (values, terminal) =>
  pushToAllOverHttp(await readOperatorConnection(values), values, terminal),
);

process.exitCode = await run(
  {
    name,
    version,
    commands: [cataloguePush, usersList, usersImport, usersExport],
    settingsHint: "GATEHOUSE_URL and GATEHOUSE_API_KEY name the installation and the key.",
    describeFailure,
  },
  process.argv.slice(2),
  {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
  },
);

function describeFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const hasCode = error instanceof GatehouseError || error instanceof CommandError;
  return `${message.replaceAll(/\s*\n\s*/g, " ")}${hasCode && error.code !== null ? ` [${error.code}]` : ""}`;
}
