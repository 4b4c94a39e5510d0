import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("..", import.meta.url));

test("no other file says that it checks the rights of a write by itself", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const claiming = files.filter((file) =>
    readFileSync(`${source}/${file}`, "utf8").includes("checksAuthority: true }"),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(claiming.sort()).toEqual(["database/database.ts", "http/authorize-write.ts"]);
});
