/** nginx on loopback, with all files in a temporary folder. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import { temporaryFolder } from "./program.ts";

/** A running nginx. */
export interface RunningNginx {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Starts nginx with these locations, on `port` or a free port, and waits until it accepts connections. */
export async function startNginx(locations: string, port?: number): Promise<RunningNginx> {
  if (port !== undefined) return startOn(port, locations);
  for (let tries = 1; ; tries++) {
    try {
      return await startOn(await freePort(), locations);
    } catch (error) {
      // Another process has taken the port after it was found free.
      if (tries === 3 || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

async function startOn(port: number, locations: string): Promise<RunningNginx> {
  const folder = temporaryFolder();
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off;
pid ${join(folder, "nginx.pid")};
error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port};
${locations}
  }
}
`,
  );
  const program = process.env["NGINX"] || "/usr/sbin/nginx";
  const child = spawn(program, ["-p", folder, "-c", file, "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  };
  try {
    await untilListening(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Waits until nginx, which binds its port first, reports that it starts its workers; throws what it prints if it ends before. */
function untilListening(child: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stderr.on("data", (chunk) => {
      printed += chunk;
      if (printed.includes("start worker process")) resolve();
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`nginx did not start: ${printed}`)));
  });
}
