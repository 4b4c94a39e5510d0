import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Migration, MigrationRefused, pendingMigrations, readMigrations } from "./migrations.ts";

const [first, second, third] = ["0001_a.sql", "0002_b.sql", "0003_c.sql"].map(
  (name): Migration => ({ name, sql: `-- ${name}`, checksum: name }),
) as [Migration, Migration, Migration];

test("an empty database needs all migrations in order, a current one none", () => {
  expect(pendingMigrations([first, second], [])).toEqual([first, second]);
  expect(pendingMigrations([first, second], [first])).toEqual([second]);
  expect(pendingMigrations([first, second], [first, second])).toEqual([]);
});

test.for<[string, readonly Migration[], readonly Migration[]]>([
  ["0001_a.sql was changed after it had been applied", [first, second], [{ ...first, checksum: "other" }]],
  ["a newer version wrote it", [first, second], [first, second, third]],
  ["0002_b.sql, but the file is missing", [first, third], [first, second, third]],
  ["0002_b.sql comes before 0003_c.sql", [first, second, third], [first, third]],
])("rejects an incompatible database: %s", ([message, known, applied]) => {
  const check = (): unknown => pendingMigrations(known, applied);
  expect(check).toThrow(MigrationRefused);
  expect(check).toThrow(message);
});

test("the files are numbered from 0001 without a gap", () => {
  const numbers = readMigrations().map(({ name }) => name.slice(0, 5));
  expect(numbers).toEqual(numbers.map((_, index) => `${String(index + 1).padStart(4, "0")}_`));
});

// A database rejects an edited migration, so an edit would break every installation. The list has the form
// of sha256sum: after adding a migration, append its line.
test("every migration matches its line in checksums.txt", () => {
  const list = readFileSync(new URL("../../migrations/checksums.txt", import.meta.url), "utf8");
  const found = readMigrations().map(({ name, checksum }) => `${checksum}  ${name}\n`);
  expect(found.join("")).toBe(list);
});
