import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("prints a message and exits with 1 when the embedded database can't be restarted", () => {
  const file = JSON.stringify(fileURLToPath(new URL("process-exit.ts", import.meta.url)));
  const script = `
    import { exitOnEngineFailure } from ${file};
    const engine = { watch: (onDead) => setImmediate(onDead) };
    exitOnEngineFailure(engine, { err: console.error }, () => console.log("the log is written"));
    setInterval(() => undefined, 1000);`;
  const ended = spawnSync(process.execPath, ["--input-type=module-typescript", "--eval", script], {
    encoding: "utf8",
  });
  expect(ended).toMatchObject({ status: 1, stdout: "the log is written\n" });
  expect(ended.stderr).toMatch(/^The embedded database no longer answers.*start it again.*\n$/);
});
