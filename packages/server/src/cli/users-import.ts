/** Imports users or invitations from a file into the database, as the operator. */
import { createWriteStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import {
  addCounts,
  checkImportedInvitations,
  countOutcomes,
  type FieldName,
  type ImportCounts,
  type ImportRow,
  importInvitations,
  importUsers,
  type Mapping,
  mapRecord,
  parseFirebaseParameters,
  presetNames,
  type RowResult,
  readTitles,
  readUserFile,
} from "../features/user-imports/index.ts";
import { type Command, CommandError, showProgress, type Values } from "./command.ts";
import { openOrganization, openOrganizationToRead, organizationOption } from "./organization-target.ts";

/** Rows in one transaction. */
const batchSize = 1_000;

/** `gatehouse users import FILE` */
export const usersImport: Command = {
  name: "users import",
  summary: "Create or change users, or invite people, from a CSV or JSON file",
  operand: {
    value: "FILE",
    help: "CSV whose first line names the columns email, name, roles (names, with ; between), externalId, phone, status and passwordHash; .jsonl with these fields in one object a line; or an export of --preset",
  },
  options: {
    organization: organizationOption,
    as: {
      type: "string",
      value: "KIND",
      help: "users (the default): they exist at once, and sign in with the password of passwordHash, or elsewhere; invitations: each gets an e-mail",
    },
    preset: {
      type: "string",
      value: "SYSTEM",
      help: `The system that exported FILE: ${presetNames.join(", ")}`,
    },
    "firebase-hash-config": {
      type: "string",
      value: "FILE",
      help: "Text file with the password hash parameters that the Firebase console shows; for --preset firebase",
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
    const mapping = await readMapping(values);
    const { rowCount, ignored } = await checkFile(path, mapping);
    if (ignored.length > 0) err(`These columns are not imported: ${ignored.slice(0, 20).join(", ")}.`);
    const refused = await openRefusedFile(values, path);
    const isDryRun = values["dry-run"] === true;
    const counts = await importFile({ path, mapping, rowCount, isDryRun, refused }, values);
    await refused?.close();
    if (values["json"] === true) out(JSON.stringify(counts));
    else out(describe(counts, isDryRun));
    if (counts.refused > 0 && refused === null)
      err("Some rows were refused. Add --refused FILE to see which, and why.");
    return 0;
  },
};

interface FileImport {
  readonly path: string;
  readonly mapping: Mapping;
  readonly rowCount: number;
  readonly isDryRun: boolean;
  readonly refused: RefusedFile | null;
}

async function importFile(
  { path, mapping, rowCount, isDryRun, refused }: FileImport,
  values: Values,
): Promise<ImportCounts> {
  const { importRows, close } = await openImport(values, isDryRun);
  const progress = showProgress(isDryRun ? "Checking" : "Importing");
  let counts = countOutcomes([]);
  try {
    for await (const rows of readBatches(path, mapping)) {
      const results = await importRows(rows);
      counts = addCounts(counts, countOutcomes(results));
      await refused?.write(rows, results);
      progress(counts.total, rowCount);
    }
  } finally {
    progress(1, 1);
    await close();
  }
  return counts;
}

interface OpenImport {
  readonly importRows: (rows: readonly ImportRow[]) => Promise<readonly RowResult[]>;
  readonly close: () => Promise<void>;
}

async function openImport(values: Values, isDryRun: boolean): Promise<OpenImport> {
  const command = "users import";
  const seen = new Set<string>();
  const isInviting = values["as"] === "invitations";
  if (isDryRun) {
    const { deps, actor, close } = await openOrganizationToRead(values, command);
    const importRows = (rows: readonly ImportRow[]) =>
      isInviting
        ? checkImportedInvitations(deps, actor, rows, { seen })
        : importUsers(deps, actor, rows, { isDryRun, seen });
    return { importRows, close };
  }
  const { deps, actor, close } = await openOrganization(values, command);
  const importRows = (rows: readonly ImportRow[]) =>
    isInviting
      ? importInvitations(deps, actor, rows, { seen })
      : importUsers(deps, actor, rows, { isDryRun, seen });
  return { importRows, close };
}

async function* readBatches(path: string, mapping: Mapping): AsyncGenerator<readonly ImportRow[]> {
  let rows: ImportRow[] = [];
  for await (const record of readUserFile(path)) {
    rows.push(mapRecord(record, mapping));
    if (rows.length < batchSize) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

async function readMapping(values: Values): Promise<Mapping> {
  const { as = "users", preset: given, "firebase-hash-config": config } = values;
  if (as !== "users" && as !== "invitations") throw new CommandError("--as is users or invitations.");
  const preset = given === undefined ? null : presetNames.find((name) => name === given);
  if (preset === undefined) throw new CommandError(`--preset is one of ${presetNames.join(", ")}.`);
  if (typeof config !== "string") return { preset };
  if (preset !== "firebase") throw new CommandError("--firebase-hash-config belongs to --preset firebase.");
  const firebase = parseFirebaseParameters(await readFile(config, "utf8"));
  if (firebase === null)
    throw new CommandError(
      `${config} has no hash parameters. It must contain base64_signer_key, base64_salt_separator, rounds and mem_cost, as the console shows them.`,
    );
  return { preset, firebase };
}

/** Reads the file once before anything is written: one that can't be read to its end imports nothing. */
async function checkFile(
  path: string,
  mapping: Mapping,
): Promise<{ readonly rowCount: number; readonly ignored: readonly string[] }> {
  if (!(await stat(path)).isFile()) throw new CommandError(`${path} is not a file.`);
  let rowCount = 0;
  let hasTitles = false;
  const fields = new Set<FieldName>();
  const ignored = new Set<string>();
  const addTitles = (titles: readonly string[]) => {
    const read = readTitles(titles, mapping);
    for (const field of read.fields) fields.add(field);
    for (const title of read.ignored) ignored.add(title);
  };
  const records = readUserFile(path, (titles) => {
    hasTitles = true;
    addTitles(titles);
  });
  for await (const record of records) {
    rowCount += 1;
    if (!hasTitles) addTitles([...record.fields.keys()]);
  }
  if ((rowCount > 0 || hasTitles) && !fields.has("email"))
    throw new CommandError(
      `${path} has no e-mail addresses. Name the columns in its first line: email, name, roles, externalId, phone, status, passwordHash.`,
    );
  return { rowCount, ignored: [...ignored] };
}

interface RefusedFile {
  readonly write: (rows: readonly ImportRow[], results: readonly RowResult[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The file of refused rows. It has their fields, so that it can be corrected and imported, but never password hashes. */
async function openRefusedFile({ refused: path }: Values, source: string): Promise<RefusedFile | null> {
  if (typeof path !== "string") return null;
  if (resolve(path) === resolve(source))
    throw new CommandError("--refused is the file that is imported. Name another one.");
  const stream = createWriteStream(path, { mode: 0o600 });
  const write = (text: string) =>
    new Promise<void>((done, fail) => stream.write(text, (error) => (error == null ? done() : fail(error))));
  await write(
    byteOrderMark +
      csvLine(["line", "code", "detail", "email", "name", "roles", "externalId", "phone", "status"]),
  );
  return {
    write: async (rows, results) => {
      const fields = new Map(rows.map((row) => [row.line, row.fields]));
      const lines = results.flatMap(({ line, email, refusal }) => {
        if (refusal === undefined) return [];
        const {
          name = null,
          roles = null,
          externalId = null,
          phone = null,
          status = null,
        } = fields.get(line) ?? {};
        const names = roles === null || typeof roles === "string" ? roles : roles.join("; ");
        return csvLine([line, refusal.code, refusal.detail, email, name, names, externalId, phone, status]);
      });
      if (lines.length > 0) await write(lines.join(""));
    },
    close: async () => {
      stream.end();
      await finished(stream);
    },
  };
}

function describe({ total, created, updated, unchanged, refused }: ImportCounts, isDryRun: boolean): string {
  const would = isDryRun ? "Nothing was changed. Of" : "Of";
  return `${would} ${total} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused.`;
}
