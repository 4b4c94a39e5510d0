import { expect, onTestFinished, test } from "vitest";
import { type MeasuredStatement, statements } from "./measured-work.ts";
import { logSlowStatements } from "./slow-statements.ts";
import { formatStatementName, readStatementName } from "./statement-name.ts";

function publish(text: string, durationMs: number, rest: Partial<MeasuredStatement> = {}): void {
  statements.publish({ text, durationMs, startedAt: 0, operation: undefined, error: null, ...rest });
}

test("logs statements that reach the threshold, until it is stopped", () => {
  const logged: unknown[] = [];
  const stop = logSlowStatements({ warn: (details: unknown) => void logged.push(details) }, 500);
  onTestFinished(stop);
  publish("SELECT 1", 499.9);
  publish(`${formatStatementName("prepared findUser")} SELECT\n  name  FROM users`, 500.4);
  const operation = { kind: "job", name: "user-job", parent: null, traceparent: null } as const;
  publish("SELECT 2", 9_000, { operation, error: new Error("secret") });
  stop();
  publish("SELECT 3", 9_000);
  expect(logged).toEqual([
    {
      statement: "findUser",
      ms: 500,
      hasFailed: false,
      sql: "/* prepared findUser */ SELECT name FROM users",
    },
    { statement: "other", queue: "user-job", ms: 9_000, hasFailed: true, sql: "SELECT 2" },
  ]);
});

test.each([
  [`${formatStatementName("listUsers")}SELECT 1`, "listUsers"],
  [`${formatStatementName("prepared findUser")} SELECT 1`, "findUser"],
  ["SELECT 1 /* listUsers */", "other"],
  ["", "other"],
])("the name of %o is %s", (text, name) => {
  expect(readStatementName(text)).toBe(name);
});
