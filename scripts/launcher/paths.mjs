/** Paths that the scripts use. */
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The checkout's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** What the scripts keep between runs; safe to delete. */
export const cacheFolder = join(root, ".cache");

/** What `npm run build` writes. */
export const buildFolder = join(root, "build");

/** Where the pinned Node is installed when the machine's own is too old. */
export const runtimeFolder = join(root, ".runtime");

/** The benchmarks. They have a separate lock file and dependencies. */
export const benchFolder = join(root, "bench");

/** The linters and client generators for the OpenAPI document, with a separate lock file. */
export const openapiToolsFolder = join(root, "tools", "openapi-clients");

/** A renderer for the Helm chart and the schemas of Kubernetes, with a separate lock file. */
export const chartToolsFolder = join(root, "tools", "helm-chart");

/** The runtime of Cloudflare Workers, with a separate lock file. */
export const workerdFolder = join(root, "tools", "workerd");

/** The server's entry point. */
export const serverEntry = join(root, "packages", "server", "src", "main.ts");

const follow = pathToFileURL(join(root, "scripts", "launcher", "follow-launcher.mjs")).href;

/** Node's option for a program that gets SIGTERM when the launcher has ended. */
export const terminateWithLauncher = `--import=${follow}?signal=SIGTERM`;

/** The same with SIGKILL, for tools: after SIGTERM npm would go on for seconds to undo what it has done. */
export const killWithLauncher = `--import=${follow}?signal=SIGKILL`;
