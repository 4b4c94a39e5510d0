/** The test projects. The suffix of a file decides which projects run it; CONTRIBUTING.md explains the suffixes. */
import { defineConfig } from "vitest/config";

const source = "gatehouse-source";
/** The source of the workspaces, then Vite's default conditions for servers. */
const conditions = [source, "module", "node", "development|production"];
const panel = "packages/panel/**";
const integration = "packages/**/*.integration.test.ts";
const both = "packages/**/*.both.integration.test.ts";
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
        test: { name: "unit-panel", include: ["src/**/*.test.{ts,tsx}"], allowOnly: false },
      },
      {
        test: {
          name: "integration-postgres",
          include: [integration],
          env: { GATEHOUSE_TEST_ENGINE: "postgres" },
          globalSetup,
          testTimeout: 20_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "integration-embedded",
          include: [both],
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
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
