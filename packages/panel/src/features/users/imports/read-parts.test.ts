import { expect, test } from "vitest";
import { FileRejected, readParts, requireImportFile } from "./read-parts.ts";

async function read(content: BlobPart, length?: number): Promise<readonly string[]> {
  const parts: string[] = [];
  for await (const { text } of readParts(new Blob([content]), length)) parts.push(text);
  return parts;
}

test("divides a text into parts that together are the text, without breaking a character", async () => {
  expect(await read("email\na@x.test\n", 6)).toEqual(["email\n", "a@x.te", "st\n"]);
  expect(await read("ab😀c", 3)).toEqual(["ab", "😀c"]);
  expect(await read("çğş", 2)).toEqual(["çğ", "ş"]);
});

test("decodes UTF-16 with a byte order mark", async () => {
  expect(await read(new Uint8Array([0xff, 0xfe, 0x61, 0, 0x1f, 0x01]))).toEqual(["ağ"]);
  expect(await read(new Uint8Array([0xfe, 0xff, 0, 0x61]))).toEqual(["a"]);
});

test.each([
  ["another encoding", new Uint8Array([0x61, 0xfc, 0x62])],
  ["a zip archive", new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x00])],
  ["a character that ends too early", new Uint8Array([0x61, 0xc3])],
])("rejects %s", async (_, bytes) => {
  await expect(read(bytes)).rejects.toThrow(new FileRejected("no-text"));
});

test.each([
  ["people.xlsx", 10, "format"],
  ["people", 10, "format"],
  ["people.CSV", 0, "empty"],
  ["people.json", 200_000_000, "size"],
])("rejects %s of %s bytes", (name, size, fault) => {
  expect(() => requireImportFile({ name, size })).toThrow(fault);
});

test("accepts every format of the server", () => {
  for (const name of ["a.csv", "a.TSV", "a.txt", "a.jsonl", "a.ndjson", "a.json"])
    expect(() => requireImportFile({ name, size: 1 })).not.toThrow();
});
