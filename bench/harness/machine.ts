/** Describes the machine and the software of a run. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/launcher/paths.mjs";

/** CPU, memory, operating system and load. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(", ");
  return `${cpus().length} × ${first?.model.trim() ?? "unknown processor"}, ${memory} GiB, ${type()} ${release()}, load ${load}`;
}

/** The installed versions of Node and the measured packages. */
export function describeVersions(packages: readonly string[]): string {
  const found = packages.map((name) => `${name} ${readVersion(name)}`);
  return [`Node ${process.versions.node}`, ...found].join(", ");
}

function readVersion(name: string): string {
  for (const folder of ["bench", "."]) {
    try {
      const text = readFileSync(join(root, folder, "node_modules", name, "package.json"), "utf8");
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // not installed there: try the next folder
    }
  }
  return "?";
}
