/** Checks that the panel's message catalogues hold exactly the messages of its sources, and all translations. */
import { join } from "node:path";
import { captureNode } from "../launcher/capture.mjs";
import { root } from "../launcher/paths.mjs";

const lingui = join(root, "node_modules/@lingui/cli/dist/lingui.js");

for (const args of [
  ["sync", "--clean", "--verbose"],
  ["missing", "--verbose"],
]) {
  const { code, output } = await captureNode(process.execPath, [lingui, "check", ...args], {
    cwd: join(root, "packages/panel"),
  });
  if (code === 0) continue;
  process.exitCode = 1;
  console.error(output);
  console.error(
    "Run `npx lingui extract --clean` in packages/panel, translate what is new, and commit the catalogues.",
  );
}
