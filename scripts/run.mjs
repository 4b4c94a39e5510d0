/**
 * What `npm start`, `npm test`, `npm run demo`, `npm run example`, `npm run screenshots`, `npm run bench` and
 * `npm run gatehouse` run: brings the checkout into order (Node, dependencies, panel) and then runs the program itself. Works
 * with nothing but Node 20 and npm; says on stderr what it does, and nothing when there is nothing to do.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareBench, prepareDependencies } from "./launcher/dependencies.mjs";
import { handOver } from "./launcher/hand-over.mjs";
import { prepareExample, preparePanel } from "./launcher/panel.mjs";
import { benchFolder, root, serverEntry } from "./launcher/paths.mjs";
import { prepareRuntime } from "./launcher/runtime.mjs";
import { Stop } from "./launcher/stop.mjs";

const quiet = "--disable-warning=ExperimentalWarning";

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  start: (args) => server(["serve", ...args]),
  demo,
  example,
  gatehouse: server,
  screenshots: async (args) => {
    const node = await prepare();
    await preparePanel(node);
    return handOver(node, ["--conditions=gatehouse-source", join(root, "e2e", "screenshots.ts"), ...args]);
  },
  bench: async (args) => {
    const node = await prepare();
    await prepareBench(node);
    return handOver(node, [quiet, "--conditions=gatehouse-source", join(benchFolder, "bench.ts"), ...args]);
  },
  test: async (args) => handOver(await prepare(), [join(root, "scripts", "test.mjs"), ...args]),
};

async function prepare() {
  const node = await prepareRuntime();
  await prepareDependencies(node);
  return node;
}

/**
 * @param {string[]} args the server's command and its arguments
 * @param {NodeJS.ProcessEnv} [env]
 */
async function server(args, env = process.env) {
  const node = await prepare();
  const showsPanel = args[0] === "serve" || args[0] === "demo";
  if (showsPanel && !args.includes("--help")) await preparePanel(node);
  return handOver(node, [quiet, "--conditions=gatehouse-source", serverEntry, ...args], env);
}

async function example() {
  const node = await prepare();
  await preparePanel(node);
  await prepareExample(node);
  const start = join(root, "examples", "engagement-panel", "start", "main.ts");
  return handOver(node, [quiet, "--conditions=gatehouse-source", start, serverEntry]);
}

/** @param {string[]} args */
async function demo(args) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-demo-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  // A throw-away server must never write into somebody's real database.
  const { DATABASE_URL: _, ...env } = process.env;
  return server(["demo", ...args], { ...env, DATA_DIR: folder });
}

// Until the program runs there is nobody to hand a signal to: end, so that locks and half-done work are tidied up.
for (const [signal, code] of /** @type {const} */ ([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])) {
  process.once(signal, () => process.exit(code));
}

const [name = "", ...args] = process.argv.slice(2);
try {
  if (!Object.hasOwn(commands, name))
    throw new Stop(`Usage: node scripts/run.mjs ${Object.keys(commands).join(" | ")}`);
  process.exitCode = await commands[name]?.(args);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  if (error.output !== "") process.stderr.write(`${error.output.trimEnd()}\n`);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
