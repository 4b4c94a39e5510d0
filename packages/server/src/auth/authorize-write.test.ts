import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("..", import.meta.url));

test("checksAuthority is used only in authorize-write.ts", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const claiming = files.filter((file) =>
    readFileSync(`${source}/${file}`, "utf8").includes("checksAuthority: true }"),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(claiming.sort()).toEqual(["auth/authorize-write.ts", "db/database.ts"]);
});
