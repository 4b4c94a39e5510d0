/**
 * The script of `npm start`, `npm test` and most `npm run` commands: prepares the checkout (Node, dependencies, panel) and then
 * runs the program. Needs nothing but Node 20 and npm. Reports on stderr what it prepares; prints nothing when all is ready.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareExample, preparePanel } from "./launcher/build-pages.mjs";
import { prepareBench, prepareDependencies } from "./launcher/dependencies.mjs";
import { exec } from "./launcher/exec.mjs";
import { FatalError, toFatalError } from "./launcher/fatal-error.mjs";
import { benchFolder, root, serverEntry } from "./launcher/paths.mjs";
import { prepareRuntime } from "./launcher/runtime.mjs";

const quiet = "--disable-warning=ExperimentalWarning";

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  start: (args) => server(["serve", ...args]),
  demo,
  dev: async () => exec(await prepare(), [join(root, "scripts", "dev.mjs")]),
  build: async () => {
    const node = await prepare();
    await preparePanel(node);
    return exec(node, [join(root, "scripts", "packing", "build.mjs")]);
  },
  deb: async () => {
    const node = await prepare();
    await preparePanel(node);
    return exec(node, [join(root, "scripts", "packing", "build.mjs"), "--deb"]);
  },
  example,
  gatehouse: server,
  screenshots: async (args) => {
    const node = await prepare();
    await preparePanel(node);
    return exec(node, ["--conditions=gatehouse-source", join(root, "e2e", "screenshots.ts"), ...args]);
  },
  bench: async (args) => {
    const node = await prepare();
    await prepareBench(node);
    return exec(node, [quiet, "--conditions=gatehouse-source", join(benchFolder, "bench.ts"), ...args]);
  },
  test: async (args) => exec(await prepare(), [join(root, "scripts", "test.mjs"), ...args]),
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
  const servesPanel = args[0] === "serve" || args[0] === "demo";
  if (servesPanel && !args.includes("--help")) await preparePanel(node);
  return exec(node, [quiet, "--conditions=gatehouse-source", serverEntry, ...args], env);
}

async function example() {
  const node = await prepare();
  await preparePanel(node);
  await prepareExample(node);
  const start = join(root, "examples", "engagement-panel", "start", "main.ts");
  return exec(node, [quiet, "--conditions=gatehouse-source", start, serverEntry]);
}

/** @param {string[]} args */
async function demo(args) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-demo-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  // The demo must never write into a real database.
  const { DATABASE_URL: _, ...env } = process.env;
  return server(["demo", ...args], { ...env, DATA_DIR: folder });
}

// Until the program runs there is no child to forward a signal to: exit, so that locks and temporary files are removed.
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
    throw new FatalError(`Usage: node scripts/run.mjs ${Object.keys(commands).join(" | ")}`);
  process.exitCode = await commands[name]?.(args);
} catch (error) {
  const fatal = error instanceof FatalError ? error : toFatalError(error);
  if (fatal === null) throw error;
  if (fatal.output !== "") process.stderr.write(`${fatal.output.trimEnd()}\n`);
  process.stderr.write(`${fatal.message}\n`);
  process.exitCode = 1;
}
