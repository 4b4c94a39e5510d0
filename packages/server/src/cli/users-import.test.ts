import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "@gatehouse/cli";
import { afterAll, expect, test } from "vitest";
import { program } from "./main.ts";
import { usersExport } from "./users-export.ts";
import { usersImport } from "./users-import.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runCommand(...args: readonly string[]) {
  const output = { out: [] as string[], err: [] as string[] };
  const terminal = {
    out: (line: string) => void output.out.push(line),
    err: (line: string) => void output.err.push(line),
  };
  return { code: await run({ ...program, commands: [usersImport, usersExport] }, args, terminal), ...output };
}

test.each([
  [
    "no titles",
    "a.csv",
    "ada@example.com,Ada\nbob@example.com,Bob\n",
    /has no e-mail addresses\. Name the columns/,
  ],
  ["titles alone, without addresses", "e.csv", "name,roles\n", /has no e-mail addresses/],
  ["an open quote", "b.csv", 'email,name\nx@example.test,"X\ny@example.test,Y\n', /^Line 2 has a quote/],
  [
    "another encoding",
    "c.csv",
    Buffer.from("email,name\nx@example.test,\xfc\n", "latin1"),
    /not text in UTF-8/,
  ],
  ["an unknown ending", "d.xlsx", "email\n", /must end in \.csv, \.jsonl or \.json/],
])("imports nothing from a file with %s, and says why in one line", async (_, name, content, message) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { code, out, err } = await runCommand("users", "import", path);
  expect({ code, out }).toEqual({ code: 1, out: [] });
  expect(err).toHaveLength(1);
  expect(err[0]).toMatch(message);
});

test.each([
  [["users", "import", "FILE", "--as", "guests"], /^--as is users or invitations/],
  [["users", "import", "FILE", "--preset", "okta"], /^--preset is one of auth0, clerk/],
  [["users", "import", "FILE", "--firebase-hash-config", "x"], /belongs to --preset firebase/],
  [
    ["users", "import", "FILE", "--preset", "firebase", "--firebase-hash-config", "FILE"],
    /has no hash parameters/,
  ],
  [["users", "import", "FILE", "--refused", "FILE"], /^--refused is the file that is imported/],
  [["users", "import", "missing.csv"], /missing\.csv/],
  [["users", "import"], /^Name the FILE, or add --undo ID/],
  [["users", "import", "FILE", "--undo", "x"], /^Leave out the FILE/],
  [["users", "export", "--format", "xml"], /^--format is csv or jsonl/],
  [["users", "export", "--columns", "name,password"], /^--columns has an unknown name/],
])("%j fails with one line", async (args, message) => {
  const path = join(folder, "good.csv");
  writeFileSync(path, "email\n");
  const { code, out, err } = await runCommand(...args.map((arg) => (arg === "FILE" ? path : arg)));
  expect({ code, out }).toEqual({ code: 1, out: [] });
  expect(err).toHaveLength(1);
  expect(err[0]).toMatch(message);
});
