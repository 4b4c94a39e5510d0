/** Which folder may import which: the map of ARCHITECTURE.md. Tests are exempt. */
import { readImports } from "./read-imports.mjs";

/** @typedef {import("./read-imports.mjs").Import} Import */

/**
 * @typedef {object} Rule
 * @property {RegExp} in the files that the rule is for
 * @property {RegExp} [except] files that it isn't for
 * @property {(one: Import) => boolean} isRefused
 * @property {string} message the reason
 */

/** Files whose imports are checked, and those that are exempt. */
const checkedFiles = "{packages,examples}/*/src/**/*.{ts,tsx}";
const testFile = /\.test\.tsx?$/;

const server = "packages/server/src";
/** The feature of a path in the server or the panel. */
const getFeature = (/** @type {string} */ path) => /\/src\/features\/([^/]+)\//.exec(path)?.[1];
const matches =
  (/** @type {RegExp} */ pattern) =>
  (/** @type {Import} */ { target }) =>
    pattern.test(target);

/** @type {readonly Rule[]} */
const rules = [
  {
    in: /./,
    isRefused: matches(/\/test\/|\.test\.tsx?$/),
    message: "Source code doesn't import tests.",
  },
  {
    in: /^packages\/access\//,
    isRefused: matches(/^(?!packages\/access\/src\/)/),
    message: "access imports nothing: no dependency, no I/O, no clock.",
  },
  {
    in: /^packages\/sdk\//,
    isRefused: matches(/^@gatehouse\/(?!access(?:\/|$))|^packages\/(?!sdk\/)/),
    message: "The SDK imports access only.",
  },
  {
    in: /^packages\/cli\//,
    isRefused: matches(/^@gatehouse\/(?!access(?:\/|$)|sdk(?:\/|$))|^packages\/(?!cli\/)/),
    message: "The command line over HTTP imports access and the SDK only.",
  },
  {
    in: /^packages\/(?:sdk|panel)\/|^examples\/[^/]+\/src\/pages\//,
    isRefused: matches(/^node:/),
    message: "This code runs in a browser.",
  },
  {
    in: /^packages\/panel\//,
    isRefused: matches(/^@gatehouse\/server|^packages\/server\//),
    message: "The panel uses HTTP only; types come from @gatehouse/sdk/contract.",
  },
  {
    in: /^packages\/panel\/src\/ui\//,
    isRefused: matches(/^packages\/panel\/src\/(?:app|features|lib)\//),
    message: "ui knows nothing of the application: no app, features or lib.",
  },
  {
    in: /^packages\/panel\/src\/lib\//,
    isRefused: matches(/^packages\/panel\/src\/(?:app|features)\//),
    message: "lib is below the features.",
  },
  {
    in: /^packages\/panel\/src\/features\//,
    isRefused: ({ file, target }) =>
      /\/features\/.*-page\.tsx$/.test(target) && getFeature(file) !== getFeature(target),
    message: "Features don't import each other's pages.",
  },
  {
    in: /^packages\/server\//,
    isRefused: matches(/^@gatehouse\/(?:panel|server)|^packages\/(?:panel\/|access\/|sdk\/)/),
    message: "The server imports access and the SDK only.",
  },
  {
    in: /^packages\/server\//,
    except: /^packages\/server\/src\/(?:main\.ts|cli\/)/,
    isRefused: matches(/^packages\/server\/src\/(?:main\.ts$|cli\/)/),
    message: "Only main.ts and cli start the program.",
  },
  {
    in: /^packages\/server\/src\/[^/]+\//,
    except: /^packages\/server\/src\/cli\//,
    isRefused: ({ target }) => target === `${server}/app.ts`,
    message: "app.ts puts the features together; they don't import it.",
  },
  {
    in: /^packages\/server\/src\/(?:audit|auth|db|errors|http|jobs|ports|telemetry)\//,
    isRefused: matches(/^packages\/server\/src\/features\//),
    message: "This folder is below the features.",
  },
  {
    in: /^packages\/server\/src\/(?:audit|auth|cli|db|errors|jobs|ports|telemetry)\//,
    isRefused: matches(/^packages\/server\/src\/http\//),
    message: "This folder also runs without a server: it doesn't import HTTP.",
  },
  {
    in: /^packages\/server\/src\/features\//,
    isRefused: ({ file, target }) =>
      /^packages\/server\/src\/features\/[^/]+\/(?!index\.ts$)/.test(target) &&
      getFeature(file) !== getFeature(target),
    message: "Import another feature through its index.ts.",
  },
  {
    in: /^packages\/server\/src\/features\//,
    isRefused: ({ specifier }) => specifier.includes("../features/"),
    message: "Import another feature by the path without features/.",
  },
  {
    in: /^packages\/server\//,
    except: /^packages\/server\/src\/(?:main\.ts|app\.ts|cli\/)/,
    isRefused: ({ target, names }) =>
      target.startsWith(`${server}/ports/`) && names.some((name) => /^(?:system|create)[A-Z]/.test(name)),
    message:
      "Only main.ts, app.ts and cli create the clock, ids, secrets and mailer; take them from deps, and import their types.",
  },
  {
    in: /^examples\//,
    isRefused: matches(/^@gatehouse\/(?!(?:access|sdk)(?:\/|$))|^packages\//),
    message: "An example has only the published packages and HTTP.",
  },
  {
    in: /^examples\/[^/]+\/src\/pages\//,
    isRefused: matches(/^examples\/[^/]+\/src\/(?:server|start)\//),
    message: "Pages run in a browser and use HTTP.",
  },
];

/**
 * The imports below `root` that a rule refuses.
 * @param {string} root
 * @returns {{ file: string, line: number, specifier: string, message: string }[]} one for each import
 */
export function findRefusedImports(root) {
  return readImports(root, checkedFiles)
    .filter(({ file }) => !testFile.test(file))
    .flatMap((one) => {
      const rule = rules.find(
        ({ in: files, except, isRefused }) =>
          files.test(one.file) && !except?.test(one.file) && isRefused(one),
      );
      return rule === undefined ? [] : [{ ...one, message: rule.message }];
    });
}
