/**
 * Lints an OpenAPI document with Redocly and Spectral, and generates clients with three generators. Prints each problem
 * and exits with 1 if there is one. Usage: node generate.mjs <document> <folder for the clients>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createClient } from "@hey-api/openapi-ts";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectralCore from "@stoplight/spectral-core";
import spectralRulesets from "@stoplight/spectral-rulesets";
import openapiTypescript, { astToString } from "openapi-typescript";
import { generate } from "orval";

const [document = "", folder = ""] = process.argv.slice(2);
const source = readFileSync(document, "utf8");

/**
 * The id of a user is a UUID, so `users/by-external-id/permissions` is the user with the external id "permissions". Redocly
 * doesn't read the format of a parameter.
 */
const unambiguous = /\/users\/\{userId\}\/[\w-]+` and `[^`]*\/users\/by-external-id\/\{externalId\}`/;

async function lintWithRedocly() {
  const config = await createConfig({ extends: ["recommended"] });
  const found = await lintFromString({ source, absoluteRef: document, config });
  const problems = found.filter(
    ({ ruleId, message }) => ruleId !== "no-ambiguous-paths" || !unambiguous.test(message),
  );
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
}

async function lintWithSpectral() {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({ extends: [spectralRulesets.oas] });
  const found = await spectral.run(source);
  return found.map(({ code, message, path }) => `${code}: ${message} ${path.join(".")}`);
}

const problems = [...(await lintWithRedocly()), ...(await lintWithSpectral())];
writeFileSync(
  join(folder, "openapi-typescript.ts"),
  astToString(await openapiTypescript(pathToFileURL(document))),
);
await createClient({ input: document, output: join(folder, "hey-api"), logs: { level: "silent" } });
await generate({
  input: document,
  output: { target: join(folder, "orval.ts"), client: "fetch" },
});
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
