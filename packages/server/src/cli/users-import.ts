/** Imports users or invitations from a file into the database, as the operator. */
import { createWriteStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { finished } from "node:stream/promises";
import { type Command, CommandError, showProgress, type Values } from "@gatehouse/cli";
import { byteOrderMark, type ImportKind, importPresets } from "@gatehouse/sdk/contract";
import {
  addCounts,
  checkImportedInvitations,
  checkRecords,
  countOutcomes,
  createJournal,
  type ImportCounts,
  type ImportOptions,
  type ImportRow,
  importInvitations,
  importUsers,
  type Mapping,
  parseFirebaseParameters,
  type RowResult,
  readUserFile,
  refusedTitles,
  toBatches,
  toRefusedLine,
  toStoredFields,
} from "../features/user-imports/index.ts";
import { openOrganization, openOrganizationToRead, organizationOption } from "./organization-target.ts";
import { undoImport } from "./users-import-undo.ts";

/** Rows in one transaction. */
const batchSize = 1_000;

/** `gatehouse users import FILE` */
export const usersImport: Command = {
  name: "users import",
  summary: "Create or change users, or invite people, from a CSV or JSON file",
  operand: {
    value: "FILE",
    isOptional: true,
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
      help: `The system that exported FILE: ${importPresets.join(", ")}`,
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
    undo: {
      type: "string",
      value: "ID",
      help: "Instead of importing FILE: remove what the import with this id created in the last day, except what was changed since",
    },
  },
  run: async (values, { out, err }) => {
    const { FILE: path, undo } = values;
    if (typeof undo === "string") return undoImport(values, undo, { out, err });
    if (typeof path !== "string") throw new CommandError("Name the FILE, or add --undo ID.");
    const mapping = await readMapping(values);
    if (!(await stat(path)).isFile()) throw new CommandError(`${path} is not a file.`);
    // It is read once before anything is written: one that can't be read to its end imports nothing.
    const { rowCount, ignored } = await checkRecords((onTitles) => readUserFile(path, onTitles), mapping);
    if (ignored.length > 0) err(`These columns are not imported: ${ignored.slice(0, 20).join(", ")}.`);
    const refused = await openRefusedFile(values, path);
    const isDryRun = values["dry-run"] === true;
    const { id, ...counts } = await importFile({ path, mapping, rowCount, isDryRun, refused }, values);
    await refused?.close();
    if (values["json"] === true) out(JSON.stringify(counts));
    else {
      out(describe(counts, isDryRun));
      if (id !== null && counts.created > 0)
        out(`It can be undone for a day: gatehouse users import --undo ${id}`);
    }
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
  file: FileImport,
  values: Values,
): Promise<ImportCounts & { readonly id: string | null }> {
  const { path, mapping, rowCount, isDryRun, refused } = file;
  const { id, importRows, end, close } = await openImport(values, file);
  const progress = showProgress(isDryRun ? "Checking" : "Importing");
  let counts = countOutcomes([]);
  try {
    for await (const rows of toBatches(readUserFile(path), mapping, batchSize)) {
      const results = await importRows(rows);
      counts = addCounts(counts, countOutcomes(results));
      await refused?.write(rows, results);
      progress(counts.total, rowCount);
    }
    await end();
  } finally {
    progress(1, 1);
    await close();
  }
  return { ...counts, id };
}

interface OpenImport {
  /** Null for a dry run. */
  readonly id: string | null;
  readonly importRows: (rows: readonly ImportRow[]) => Promise<readonly RowResult[]>;
  /** All rows were imported. */
  readonly end: () => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openImport(
  values: Values,
  { path, rowCount, isDryRun }: Pick<FileImport, "path" | "rowCount" | "isDryRun">,
): Promise<OpenImport> {
  const command = "users import";
  const seen = new Set<string>();
  const kind: ImportKind = values["as"] === "invitations" ? "invitations" : "users";
  if (isDryRun) {
    const { deps, actor, close } = await openOrganizationToRead(values, command);
    const importRows = (rows: readonly ImportRow[]) =>
      kind === "invitations"
        ? checkImportedInvitations(deps, actor, rows, { seen })
        : importUsers(deps, actor, rows, { isDryRun, seen });
    return { id: null, importRows, end: async () => undefined, close };
  }
  const { deps, actor, close } = await openOrganization(values, command);
  try {
    const journal = await createJournal(deps, actor, {
      fileName: basename(path).slice(-200),
      kind,
      total: rowCount,
    });
    const importRows = (rows: readonly ImportRow[]) => {
      const onWritten: ImportOptions["onWritten"] = (tx, results) => journal.addRows(tx, rows, results);
      return kind === "invitations"
        ? importInvitations(deps, actor, rows, { seen, onWritten })
        : importUsers(deps, actor, rows, { isDryRun, seen, onWritten });
    };
    return { id: journal.id, importRows, end: journal.close, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function readMapping(values: Values): Promise<Mapping> {
  const { as = "users", preset: given, "firebase-hash-config": config } = values;
  if (as !== "users" && as !== "invitations") throw new CommandError("--as is users or invitations.");
  const preset = given === undefined ? null : importPresets.find((name) => name === given);
  if (preset === undefined) throw new CommandError(`--preset is one of ${importPresets.join(", ")}.`);
  if (typeof config !== "string") return { preset };
  if (preset !== "firebase") throw new CommandError("--firebase-hash-config belongs to --preset firebase.");
  const firebase = parseFirebaseParameters(await readFile(config, "utf8"));
  if (firebase === null)
    throw new CommandError(
      `${config} has no hash parameters. It must contain base64_signer_key, base64_salt_separator, rounds and mem_cost, as the console shows them.`,
    );
  return { preset, firebase };
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
  await write(byteOrderMark + refusedTitles);
  return {
    write: async (rows, results) => {
      const fields = new Map(rows.map((row) => [row.line, row.fields]));
      const lines = results.flatMap(({ line, email, refusal }) =>
        refusal === undefined
          ? []
          : toRefusedLine({ line, email, ...refusal, fields: toStoredFields(fields.get(line) ?? {}) }),
      );
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
