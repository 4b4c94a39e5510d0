/**
 * `npm run dev`, after the preparation: the server, restarted when a file that it imports changes, and Vite's development
 * server for the panel, which passes API requests on to it. When one of them ends, so does the other.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, serverEntry, terminateWithLauncher } from "./launcher/paths.mjs";

// The address that packages/panel/vite.config.ts passes API requests on to.
const env = { ...process.env, HOST: "127.0.0.1", PORT: "3000" };
const serverArgs = ["--watch", "--disable-warning=ExperimentalWarning", "--conditions=gatehouse-source"];
const vite = join(root, "node_modules", "vite", "bin", "vite.js");

const children = [
  start([...serverArgs, serverEntry, "serve"], root),
  start([terminateWithLauncher, vite], join(root, "packages", "panel")),
];
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    for (const child of children) child.kill("SIGTERM");
  });
}
for (const child of children) {
  child.once("exit", (code) => {
    process.exitCode ||= code ?? 0;
    for (const other of children) other.kill("SIGTERM");
  });
}
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** @param {readonly string[]} args @param {string} cwd */
function start(args, cwd) {
  return spawn(process.execPath, args, { cwd, env, stdio: "inherit" });
}
