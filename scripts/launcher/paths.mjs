/** Where things are. */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The checkout's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** What the launcher keeps between two runs; safe to delete. */
export const cacheFolder = join(root, ".cache");

/** Where the pinned Node is installed when the machine's own is too old. */
export const runtimeFolder = join(root, ".runtime");

/** The benchmarks, with dependencies of their own. */
export const benchFolder = join(root, "bench");

/** The server's entry, run as it is. */
export const serverEntry = join(root, "packages", "server", "src", "main.ts");

const follow = pathToFileURL(join(root, "scripts", "launcher", "follow-launcher.mjs")).href;

/** Node's option for a program that may not outlive the launcher, and is asked to stop. */
export const stopWithLauncher = `--import=${follow}?signal=SIGTERM`;

/** The same for a tool: killed, because npm, asked politely, would go on for seconds to undo what it has done. */
export const dieWithLauncher = `--import=${follow}?signal=SIGKILL`;
