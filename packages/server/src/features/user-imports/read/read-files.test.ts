import { expect, test } from "vitest";
import { mapRecord } from "../map-record.ts";
import { readCsv } from "./read-csv.ts";
import { readJsonDocument, readJsonLines } from "./read-json.ts";
import type { SourceRecord } from "./source-record.ts";

/** The text in chunks of a few characters, so that every boundary is somewhere. */
async function* inChunks(text: string, size: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}

async function readAll(records: AsyncIterable<SourceRecord>) {
  const rows = [];
  for await (const record of records) {
    const { line, fields, fault } = mapRecord(record, { preset: null });
    rows.push({ line, ...fields, ...(fault === undefined ? {} : { fault: fault.code }) });
  }
  return rows;
}

const sizes = [1, 7, 100_000];
const readText = async (text: string) => {
  const all = await Promise.all(sizes.map((size) => readAll(readCsv(inChunks(text, size)))));
  expect(all[0]).toEqual(all[2]);
  expect(all[1]).toEqual(all[2]);
  return all[2];
};

test.each([
  ["a hint to the separator", "sep=;\r\nE-mail;Name;Roles\r\nada@x.test;Ada Lovelace;Viewer\r\n", [3]],
  ["a byte order mark and tabs", "\ufeffemail\tname\troles\nada@x.test\tAda Lovelace\tViewer", [2]],
  [
    "titles that a spreadsheet left in one cell",
    "E-mail,Name,Roles;;\nada@x.test;Ada Lovelace;Viewer\n",
    [2],
  ],
  ["spaces before quotes", 'email,name,roles\n\nada@x.test, "Ada Lovelace", "Viewer"\n', [3]],
  ["first and last names", "email,First name,LAST_NAME,role\nada@x.test,Ada,Lovelace,Viewer\n", [2]],
])("reads a table with %s", async (_, text, [line]) => {
  expect(await readText(text)).toEqual([
    { line, email: "ada@x.test", name: "Ada Lovelace", roles: "Viewer" },
  ]);
});

test("counts lines through quoted line breaks, and reads doubled quotes", async () => {
  const text = 'email,name\r\na@x.test,"A ""B""\r\nC"\r\nb@x.test,B\r\n';
  expect(await readText(text)).toEqual([
    { line: 2, email: "a@x.test", name: 'A "B"\nC' },
    { line: 4, email: "b@x.test", name: "B" },
  ]);
});

test("removes the apostrophes before possible formulas that an export adds", async () => {
  const text = "email,phone,roles\n'+a@x.test,'+90 1,'=A; '=B\n";
  expect(await readText(text)).toEqual([{ line: 2, email: "+a@x.test", phone: "+90 1", roles: "=A; =B" }]);
});

test("a row with more cells than titles, or with another line in a cell, is malformed", async () => {
  const rows = await readText('email,name,roles\na@x.test,Sales, EMEA,x\nb@x.test,"B\nc@x.test,C",\n');
  expect(rows?.map(({ line, ...row }) => [line, "fault" in row])).toEqual([
    [2, true],
    [3, true],
  ]);
});

test.each([
  ["", 2],
  ["ok@x.test,Ok\n", 3],
])("names the line of a quote that isn't closed", async (before, line) => {
  for (const size of sizes)
    await expect(
      readAll(readCsv(inChunks(`email,name\n${before}a@x.test,"Ada,Viewer\nb@x.test,Bob\n`, size))),
    ).rejects.toThrow(`Line ${line} has a quote`);
});

test("reads one JSON object a line; a line that is none is malformed", async () => {
  const text = '{"Email":"a@x.test","roles":["Viewer","Sales, EMEA"]}\n\nnot json\n[1]\n{"email":"b@x.test"}';
  for (const size of sizes)
    expect(await readAll(readJsonLines(inChunks(text, size)))).toEqual([
      { line: 1, email: "a@x.test", roles: ["Viewer", "Sales, EMEA"] },
      { line: 3, fault: "imports/malformed" },
      { line: 4, fault: "imports/malformed" },
      { line: 5, email: "b@x.test" },
    ]);
});

test.each([
  [
    '{"x":{"users":[{"email":"no@x.test"}]},"a":"users","b":[1],"users":[{"email":"a@x.test","c":"]}\\"{"},{"email":"b@x.test"}],"z":[]}',
  ],
  ['[{"email":"a@x.test"},{"email":"b@x.test","d":{"e":[{}]}}]'],
])("finds the users of a JSON document", async (text) => {
  for (const size of sizes)
    expect(await readAll(readJsonDocument(inChunks(text, size)))).toEqual([
      { line: 1, email: "a@x.test" },
      { line: 2, email: "b@x.test" },
    ]);
});

test.each([
  ['{"people":[]}', "has no users"],
  ['{"users":[{"email":"a@x.test"},{"em', "ends in the middle"],
])("rejects a JSON document without whole users", async (text, message) => {
  await expect(readAll(readJsonDocument(inChunks(text, 5)))).rejects.toThrow(message);
});
