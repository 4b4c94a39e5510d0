/** On what the figures were measured. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/launcher/paths.mjs";

/** Processor, memory, system and how busy it was. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()
    .map((one) => one.toFixed(1))
    .join(", ");
  return `${cpus().length} × ${first?.model.trim() ?? "unknown processor"}, ${memory} GiB, ${type()} ${release()}, load ${load}`;
}

/** Node and the packages that took part, as they are installed. */
export function describeVersions(packages: readonly string[]): string {
  const found = packages.map((name) => `${name} ${versionOf(name)}`);
  return [`Node ${process.versions.node}`, ...found].join(", ");
}

function versionOf(name: string): string {
  for (const folder of ["bench", "."]) {
    try {
      const text = readFileSync(join(root, folder, "node_modules", name, "package.json"), "utf8");
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // not there: look further up, as Node does
    }
  }
  return "?";
}
