/** The test projects. The suffix of a file decides which projects run it; CONTRIBUTING.md explains the suffixes. */
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { chromiumFlags, findInstalledChromium } from "./scripts/testing/find-programs.mjs";
import { listEmbeddedTests } from "./scripts/testing/test-files.mjs";

const source = "gatehouse-source";
/** The source of the workspaces, then Vite's default conditions for servers. */
const conditions = [source, "module", "node", "development|production"];
const panel = "packages/panel/**";
const integration = "packages/**/*.integration.test.ts";
const cluster = "packages/**/*.cluster.test.ts";
const installed = "scripts/installed/*.test.mjs";
const component = "src/**/*.component.test.tsx";
/** Without one the browser can't be started; `npm test` installs it where it may. */
const chromium = findInstalledChromium();
const globalSetup = "scripts/testing/vitest-setup.mjs";

/** Time-outs of what never ends: long enough for a busy machine. A test that needs something sooner says so itself. */
const timeouts = { testTimeout: 180_000, hookTimeout: 300_000, expect: { poll: { timeout: 15_000 } } };

/** Parts of the paths of tests that start programs, visit every screen or send very many requests. */
const slow = [
  "e2e/accessibility/",
  "src/cli/",
  "src/db/embedded/",
  "src/db/migrate",
  "src/db/session-settings",
  "src/http/openapi/",
  "bulk-job-requests",
  "delayed-body",
  "failover",
  "guide-",
  "invalid-input",
  "killed",
  "known-device",
  "largest-requests",
  "overload",
  "permission-matrix",
  "read-only",
  "restored-database",
  "rolling-restart",
  "test/sdk.both",
];

/** Starts slow files first: else one worker would be alone with them at the end. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => slow.some((part) => moduleId.includes(part));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source] } },
  test: {
    allowOnly: false,
    restoreMocks: true,
    sequence: { hooks: "stack", sequencer: SlowFirst },
    ...timeouts,
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/**/*.test.{ts,tsx}",
            "examples/**/*.test.ts",
            "scripts/**/*.test.mjs",
            "bench/harness/*.test.ts",
          ],
          exclude: ["**/node_modules/**", panel, integration, installed, cluster],
          setupFiles: "scripts/testing/quick-properties.mjs",
          isolate: false,
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
          isolate: false,
          ...timeouts,
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
          isolate: false, // one page for all files: each would load the panel again
          allowOnly: false,
          restoreMocks: true,
          ...timeouts,
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
          isolate: false,
          maxWorkers: 4, // some of them wait for processes and time-outs
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "integration-embedded",
          include: listEmbeddedTests(),
          env: { GATEHOUSE_TEST_ENGINE: "embedded" },
          globalSetup,
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "cluster", // scripts/distributed/check.mjs runs it on a Citus cluster
          include: [cluster],
          env: { GATEHOUSE_TEST_ENGINE: "postgres" },
          globalSetup,
        },
      },
      {
        test: {
          name: "installed",
          include: [installed],
          fileParallelism: false, // they share one build
          testTimeout: 1_800_000,
          hookTimeout: 3_600_000, // builds, and Debian packages that are installed
          sequence: { groupOrder: 5 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["e2e/**/*.e2e.test.ts"],
          env: { GATEHOUSE_TEST_ENGINE: "postgres" }, // of tests that look at the database
          globalSetup,
          isolate: false,
          maxWorkers: 3, // journeys wait for pages and servers
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
