import { expect, test } from "vitest";
import { showProgress } from "./show-progress.ts";

test("a terminal sees a bar that grows and goes away, a pipe sees nothing", () => {
  const drawn: string[] = [];
  const write = (text: string) => drawn.push(text);
  const onTerminal = showProgress("Inventing", { isTTY: true, write });
  for (const done of [0, 2_500, 5_000]) onTerminal(done, 5_000);
  expect(drawn).toEqual([
    `\rInventing ${"░".repeat(30)} 0 of 5,000`,
    `\rInventing ${"█".repeat(15)}${"░".repeat(15)} 2,500 of 5,000`,
    "\r\u001b[2K",
  ]);
  const inPipe = showProgress("Inventing", { write });
  inPipe(1, 2);
  expect(drawn).toHaveLength(3);
});
