/** The test projects. The suffix of a file decides which projects run it; CONTRIBUTING.md explains the suffixes. */
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumFlags, findInstalledChromium } from "./scripts/testing/find-programs.mjs";
import { listEmbeddedTests } from "./scripts/testing/test-files.mjs";

const source = "gatehouse-source";
/** The source of the workspaces, then Vite's default conditions for servers. */
const conditions = [source, "module", "node", "development|production"];
const panel = "packages/panel/**";
const integration = "packages/**/*.integration.test.ts";
const component = "src/**/*.component.test.tsx";
/** Without one the browser can't be started; `npm test` installs it where it may. */
const chromium = findInstalledChromium();
const globalSetup = "scripts/testing/vitest-setup.mjs";

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source] } },
  test: {
    allowOnly: false,
    restoreMocks: true,
    sequence: { hooks: "stack" },
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/**/*.test.{ts,tsx}", "examples/**/*.test.ts", "scripts/**/*.test.mjs"],
          exclude: ["**/node_modules/**", panel, integration],
        },
      },
      {
        extends: "packages/panel/vite.config.ts",
        root: "packages/panel",
        test: {
          name: "unit-panel",
          include: ["src/**/*.test.{ts,tsx}"],
          exclude: ["**/node_modules/**", component],
          allowOnly: false,
        },
      },
      {
        extends: "packages/panel/vite.config.ts",
        root: "packages/panel",
        // Bundled before the first test: a dependency that is found later reloads the page.
        optimizeDeps: { entries: ["src/main.tsx", component] },
        test: {
          name: "component",
          include: [component],
          allowOnly: false,
          restoreMocks: true,
          testTimeout: 15_000,
          expect: { poll: { timeout: 3_000 } },
          sequence: { groupOrder: 3 },
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({
              launchOptions: {
                args: [...chromiumFlags],
                ...(chromium === null ? {} : { executablePath: chromium }),
              },
            }),
            instances: [{ browser: "chromium" }],
            viewport: { width: 1280, height: 800 },
            screenshotFailures: false,
          },
        },
      },
      {
        test: {
          name: "integration-postgres",
          include: [integration],
          env: { GATEHOUSE_TEST_ENGINE: "postgres" },
          globalSetup,
          testTimeout: 20_000,
          hookTimeout: 60_000,
          maxWorkers: 3, // some of them wait for processes and time-outs
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "integration-embedded",
          include: listEmbeddedTests(),
          env: { GATEHOUSE_TEST_ENGINE: "embedded" },
          globalSetup,
          testTimeout: 20_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["e2e/**/*.e2e.test.ts"],
          env: { GATEHOUSE_TEST_ENGINE: "postgres" }, // of tests that look at the database
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
