import { expect, test } from "vitest";
import { loadCommands } from "./load-commands.ts";

test("loads only the command that is named, by the name that it has itself", async () => {
  const all = await loadCommands(["--help"]);
  expect(all.length).toBeGreaterThan(10);
  for (const command of all)
    expect(await loadCommands([...command.name.split(" "), "--json"])).toEqual([command]);
  expect(await loadCommands(["audit"])).toEqual(all);
});
