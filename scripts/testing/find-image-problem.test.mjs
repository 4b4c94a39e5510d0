import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { root } from "../launcher/paths.mjs";
import { runCaptured } from "../launcher/run-captured.mjs";
import { findImageProblem } from "./find-image-problem.mjs";

test("only root can build the image", async () => {
  vi.spyOn(process, "getuid").mockReturnValue(1_000);
  expect(await findImageProblem()).toBe("The user is not root.\nRun it as root on Debian.");
});

test("names the first requirement that isn't met, with the cause, and doesn't try the others", async () => {
  const later = vi.fn();
  const cause = new Error("connect ECONNREFUSED");
  const problem = await findImageProblem([
    { problem: "No disk.", attempt: async () => undefined },
    { problem: "No network.", attempt: () => Promise.reject(new TypeError("fetch failed", { cause })) },
    { problem: "No memory.", attempt: later },
  ]);
  expect(problem).toBe("No network.\nfetch failed\nconnect ECONNREFUSED");
  expect(later).not.toHaveBeenCalled();
});

test.each([
  ["can build images", 'echo ""', 0, ["test", "test -- image"]],
  ["can't build images", 'echo "No network."', 0, ["test"]],
  ["can't run the check", "exit 1", 1, ["test"]],
])("CI on a machine that %s", async (_, node, code, commands) => {
  const programs = mkdtempSync(join(tmpdir(), "gatehouse-ci-"));
  onTestFinished(() => rmSync(programs, { recursive: true, force: true }));
  const log = join(programs, "log");
  for (const [name, line] of Object.entries({ node, npm: `echo "$*" >> "${log}"` })) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  const env = { ...process.env, PATH: [programs, process.env["PATH"]].join(delimiter) };
  const run = await runCaptured("bash", [join(root, ".ci", "run")], { env });
  expect(run.code).toBe(code);
  expect(readFileSync(log, "utf8").trim().split("\n")).toEqual(commands);
  expect(run.output.includes("No network.")).toBe(node.includes("No network."));
});
