import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("a process whose embedded database can't be brought to answer says so and ends with 1", () => {
  const file = JSON.stringify(fileURLToPath(new URL("watch-engine.ts", import.meta.url)));
  const script = `
    import { watchEngine } from ${file};
    const engine = { watch: (onDead) => setImmediate(onDead) };
    watchEngine(engine, { err: console.error }, () => console.log("the log is written"));
    setInterval(() => undefined, 1000);`;
  const ended = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    encoding: "utf8",
  });
  expect(ended).toMatchObject({ status: 1, stdout: "the log is written\n" });
  expect(ended.stderr).toMatch(/^The embedded database no longer answers.*start it again.*\n$/);
});
