/**
 * The Helm chart, rendered with each file of values in its folder `ci`, and checked against the schemas of Kubernetes. The
 * templates are rendered by a small program with Helm's function library, not by Helm itself. Needs Go (Debian's packages).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareChartTools } from "../launcher/dependencies.mjs";
import { chartToolsFolder, root } from "../launcher/paths.mjs";
import { installTools } from "../testing/find-programs.mjs";
import { commandsFor } from "../testing/guide-commands.mjs";
import { runProgram } from "./run-program.mjs";

/** @typedef {{ kind: string, apiVersion: string, metadata: { name: string }, spec: any }} KubernetesObject */

const chart = join(root, "deploy", "helm", "gatehouse");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-chart-"));
const requireTool = createRequire(join(chartToolsFolder, "package.json"));
/** @type {(text: string) => any} */
let parseYaml;
/** @type {(text: string) => any[]} */
let parseDocuments;

beforeAll(async () => {
  await installTools({
    "/usr/bin/go": "golang-go",
    "/usr/share/gocode/src/github.com/Masterminds/sprig": "golang-github-masterminds-sprig-dev",
    "/usr/share/gocode/src/sigs.k8s.io/yaml": "golang-k8s-sigs-yaml-dev",
  });
  await prepareChartTools(process.execPath);
  const yaml = requireTool("yaml");
  parseYaml = yaml.parse;
  parseDocuments = (text) => yaml.parseAllDocuments(text).map((/** @type {any} */ one) => one.toJS());
  const env = {
    ...process.env,
    GO111MODULE: "off",
    GOPATH: "/usr/share/gocode",
    GOCACHE: join(folder, "go"),
    GOFLAGS: "",
  };
  await runProgram("go", ["build", "-o", join(folder, "render"), join(chartToolsFolder, "render.go")], {
    env,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * @param {Record<string, any>} base
 * @param {Record<string, any>} over
 * @returns {Record<string, any>}
 */
function merge(base, over) {
  const isObject = (/** @type {unknown} */ value) =>
    value !== null && typeof value === "object" && !Array.isArray(value);
  const merged = { ...base };
  for (const [key, value] of Object.entries(over))
    merged[key] = isObject(value) && isObject(base[key]) ? merge(base[key], value) : value;
  return merged;
}

/**
 * The chart's objects for a file of values.
 * @param {string | null} file null for the values of the chart alone
 * @param {Record<string, any>} [more] replaces some of them
 * @returns {Promise<KubernetesObject[]>}
 */
async function render(file, more = {}) {
  const Values = merge(
    merge(
      parseYaml(readFileSync(join(chart, "values.yaml"), "utf8")),
      file === null ? {} : parseYaml(readFileSync(join(chart, "ci", file), "utf8")),
    ),
    more,
  );
  validateValues(Values);
  const {
    appVersion: AppVersion,
    name: Name,
    version: Version,
  } = parseYaml(readFileSync(join(chart, "Chart.yaml"), "utf8"));
  const input = join(folder, `${file}.json`);
  writeFileSync(input, JSON.stringify({ Values, Chart: { AppVersion, Name, Version } }));
  return parseDocuments(await runProgram(join(folder, "render"), [chart, input, "acme", "default"]));
}

/** @param {unknown} values */
function validateValues(values) {
  const { Ajv } = requireTool("ajv");
  const ajv = new Ajv({ strict: false });
  const isValid = ajv.validate(JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8")), values);
  if (!isValid) throw new Error(ajv.errorsText());
}

/** @param {KubernetesObject} object */
async function validateObject(object) {
  const library = object.apiVersion.startsWith("monitoring")
    ? "@kubernetes-models/prometheus-operator"
    : "kubernetes-models";
  const module = join(chartToolsFolder, "node_modules", library, object.apiVersion, "index.js");
  const { [object.kind]: Model } = await import(pathToFileURL(module).href);
  new Model(object).validate();
}

const files = readdirSync(join(chart, "ci"));

test.each(files)("with %s every object is valid for Kubernetes", async (file) => {
  const objects = await render(file);
  expect(objects.map(({ kind }) => kind)).toContain("Deployment");
  for (const object of objects) await validateObject(object);
});

test("the values of the guide's command are enough, and valid", async () => {
  const [command = ""] = commandsFor("install", "scripts/installed/chart.test.mjs");
  expect(command).toMatch(/^helm install gatehouse deploy\/helm\/gatehouse --set /);
  /** @type {Record<string, any>} */
  let values = {};
  for (const [, path = "", value = ""] of command.matchAll(/--set ([\w.]+)=(\S+)/g)) {
    const named = path.split(".").reduceRight((inner, key) => ({ [key]: inner }), /** @type {any} */ (value));
    values = merge(values, named);
  }
  const objects = await render(null, values);
  expect(objects.map(({ kind }) => kind)).toContain("Deployment");
  for (const object of objects) await validateObject(object);
});

test("an object with a wrong field isn't valid", async () => {
  const [service] = (await render("minimal-values.yaml")).filter(({ kind }) => kind === "Service");
  if (service === undefined) throw new Error("There is no service.");
  service.spec.ports = "http";
  await expect(validateObject(service)).rejects.toThrow("ports");
});

test.each(files)(
  "with %s no container can write to its root, become root or get privileges",
  async (file) => {
    const pods = (await render(file)).flatMap(({ spec }) =>
      spec?.template === undefined ? [] : [spec.template.spec],
    );
    expect(pods.length).toBeGreaterThan(1);
    for (const { containers, securityContext } of pods) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
      for (const container of containers)
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
    }
  },
);

test("the chart contains no secret, and names the one of the values", async () => {
  const objects = await render("production-values.yaml");
  expect(objects.filter(({ kind }) => kind === "Secret")).toEqual([]);
  const [server] = objects.filter(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === "acme-gatehouse",
  );
  expect(server?.spec.template.spec.containers[0].envFrom).toEqual([{ secretRef: { name: "gatehouse" } }]);
});

test.each([
  ["https://gate.example.com", "gate.example.com", "/"],
  ["https://example.com/tools/gatehouse/", "example.com", "/tools/gatehouse"],
])("the ingress for %s has the host and the path of the address", async (publicUrl, host, path) => {
  const objects = await render("production-values.yaml", { publicUrl, ingress: { enabled: true } });
  const [ingress] = objects.filter(({ kind }) => kind === "Ingress");
  expect(ingress?.spec.rules).toMatchObject([{ host, http: { paths: [{ path, pathType: "Prefix" }] } }]);
});

test("liveness and readiness ask different paths, and the autoscaler owns the number of replicas", async () => {
  const objects = await render("production-values.yaml");
  const [server] = objects.filter(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === "acme-gatehouse",
  );
  const [container] = server?.spec.template.spec.containers ?? [];
  expect([container.livenessProbe.httpGet.path, container.readinessProbe.httpGet.path]).toEqual([
    "/livez",
    "/readyz",
  ]);
  expect(server?.spec).not.toHaveProperty("replicas");
});

test("the schema refuses values without an image, a secret or an address", () => {
  const values = parseYaml(readFileSync(join(chart, "values.yaml"), "utf8"));
  expect(() => validateValues(values)).toThrow(/fewer than 1 characters/);
});
