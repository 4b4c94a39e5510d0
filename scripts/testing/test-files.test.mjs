import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { listEmbeddedTests, listFeatureFolders, listProjects } from "./test-files.mjs";

test.each([
  ["packages/access/src/decisions/can.test.ts", ["unit"]],
  ["packages/server/src/features/users/rules.test.ts", ["unit"]],
  ["packages/panel/src/ui/initials.test.ts", ["unit-panel"]],
  ["packages/panel/src/ui/person.test.tsx", ["unit-panel"]],
  ["packages/panel/src/ui/overlays/dialog.component.test.tsx", ["component"]],
  ["packages/server/src/features/users/edit-user.integration.test.ts", ["integration-postgres"]],
  ["packages/server/src/db/open.both.integration.test.ts", ["integration-postgres", "integration-embedded"]],
  ["e2e/invite.e2e.test.ts", ["browser"]],
  ["examples/engagement-panel/test/campaigns.test.ts", ["unit"]],
  ["scripts/launcher/runtime.test.mjs", ["unit"]],
  ["packages/server/src/features/users/edit-user.ts", []],
  ["e2e/support/chromium.ts", []],
])("%s belongs to %j", (path, projects) => {
  expect(listProjects(path, false)).toEqual(projects);
});

test("runs a file for both engines on the embedded database only with --all, unless the plain run lists it", () => {
  const path = "packages/server/src/features/hand-off/consent.both.integration.test.ts";

  expect(listProjects(path, false)).toEqual(["integration-postgres"]);
  expect(listProjects(path, true)).toEqual(["integration-postgres", "integration-embedded"]);
});

test("each glob of the plain run's embedded tests matches a file", () => {
  const unmatched = listEmbeddedTests(false).filter((glob) => globSync(glob, { cwd: root }).length === 0);

  expect(unmatched).toEqual([]);
});

test("lists each feature folder of the changed files once", () => {
  const paths = [
    "packages/server/src/features/users/edit-user.ts",
    "packages/server/src/features/invitations/send/routes.ts",
    "packages/server/src/features/users/list-users.integration.test.ts",
    "packages/server/src/db/migrate.ts",
    "packages/panel/src/features/users/list/users-page.tsx",
    "README.md",
  ];

  expect(listFeatureFolders(paths)).toEqual([
    "packages/server/src/features/invitations/",
    "packages/server/src/features/users/",
  ]);
});
