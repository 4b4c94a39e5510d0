import { showProgress } from "@gatehouse/cli";
import { expect, test } from "vitest";

test("draws a bar on a terminal, removes it at the end, and writes nothing to a pipe", () => {
  const drawn: string[] = [];
  const write = (text: string) => drawn.push(text);
  const onTerminal = showProgress("Creating", { isTTY: true, write });
  for (const done of [0, 2_500, 5_000]) onTerminal(done, 5_000);
  expect(drawn).toEqual([
    `\rCreating ${"░".repeat(30)} 0 of 5,000`,
    `\rCreating ${"█".repeat(15)}${"░".repeat(15)} 2,500 of 5,000`,
    "\r\u001b[2K",
  ]);
  const inPipe = showProgress("Creating", { write });
  inPipe(1, 2);
  expect(drawn).toHaveLength(3);
});
