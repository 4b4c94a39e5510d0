import { expect, test } from "vitest";
import { projectsOf } from "./test-files.mjs";

test.each([
  ["packages/access/src/can.test.ts", ["unit"]],
  ["packages/server/src/features/users/rules.test.ts", ["unit"]],
  ["packages/panel/src/ui/initials.test.ts", ["unit-panel"]],
  ["packages/panel/src/ui/person.test.tsx", ["unit-panel"]],
  ["packages/server/src/features/users/edit-user.integration.test.ts", ["integration-postgres"]],
  [
    "packages/server/src/database/open.both.integration.test.ts",
    ["integration-postgres", "integration-embedded"],
  ],
  ["e2e/invite.e2e.test.ts", ["browser"]],
  ["examples/engagement-panel/test/campaigns.test.ts", ["unit"]],
  ["scripts/launcher/runtime.test.mjs", ["unit"]],
  ["packages/server/src/features/users/edit-user.ts", []],
  ["e2e/support/chromium.ts", []],
])("%s belongs to %j", (path, projects) => {
  expect(projectsOf(path)).toEqual(projects);
});
