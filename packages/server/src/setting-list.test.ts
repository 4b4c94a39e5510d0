import { expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { settings } from "./setting-list.ts";

/** The variables that reading the configuration asks for. */
function findReadNames(values: Readonly<Record<string, string>>): readonly string[] {
  const names = new Set<string>();
  const environment = new Proxy(values, {
    get: (target, name) => {
      names.add(String(name));
      return Reflect.get(target, name);
    },
  });
  readConfig(environment);
  return [...names];
}

test("lists every variable that is read, and no other", () => {
  const read = findReadNames({ METRICS_PORT: "9464", METRICS_TOKEN: "t" });
  const listed = settings.map(({ name }) => name);
  const standard = (name: string) => name.startsWith("OTEL_");
  expect(listed.filter((name) => !standard(name)).toSorted()).toEqual(
    read.filter((name) => !standard(name)).toSorted(),
  );
  expect(read).toEqual(expect.arrayContaining(listed.filter(standard)));
});

test("shows the defaults that are in force", () => {
  const { host, port, logLevel, slowStatementMs, worker, dataDir } = readConfig({});
  const shown = Object.fromEntries(settings.map((setting) => [setting.name, setting.default]));
  expect(shown).toMatchObject({
    HOST: `\`${host}\``,
    PORT: `\`${port}\``,
    LOG_LEVEL: `\`${logLevel}\``,
    LOG_SLOW_STATEMENTS_MS: `\`${slowStatementMs}\``,
    WORKER: `\`${worker ? "on" : "off"}\``,
  });
  expect(dataDir.endsWith("/data")).toBe(true);
});
