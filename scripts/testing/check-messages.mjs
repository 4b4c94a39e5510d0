/** Checks that the panel's message catalogues contain exactly the messages of its sources, all of them translated. */
import { join } from "node:path";
import { root } from "../launcher/paths.mjs";
import { runNodeCaptured } from "../launcher/run-captured.mjs";

const lingui = join(root, "node_modules/@lingui/cli/dist/lingui.js");

for (const args of [
  ["sync", "--clean", "--verbose"],
  ["missing", "--verbose"],
]) {
  // Without threads: each would load Babel and the macros again.
  const words = [lingui, "check", ...args, "--workers", "1"];
  const { code, output } = await runNodeCaptured(process.execPath, words, {
    cwd: join(root, "packages/panel"),
  });
  if (code === 0) continue;
  process.exitCode = 1;
  console.error(output);
  console.error(
    "Run `npx lingui extract --clean` in packages/panel, translate the new messages, and commit the catalogues.",
  );
}
