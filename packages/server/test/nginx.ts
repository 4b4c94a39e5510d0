/** nginx on loopback, with all files in a temporary folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { freePort, temporaryFolder } from "./program.ts";

/** A running nginx. */
export interface RunningNginx {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Starts nginx with these locations, on `port` or a free port, and waits until it responds. */
export async function startNginx(locations: string, port?: number): Promise<RunningNginx> {
  const folder = temporaryFolder();
  const listening = port ?? (await freePort());
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `daemon off;
pid ${join(folder, "nginx.pid")};
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join("\n  ")}
  server {
    listen 127.0.0.1:${listening};
${locations}
  }
}
`,
  );
  const program = process.env["NGINX"] || "/usr/sbin/nginx";
  const child = spawn(program, ["-p", folder, "-c", file, "-e", join(folder, "error.log")], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${listening}`;
  await vi.waitFor(() => fetch(url, { redirect: "manual" }), { timeout: 10_000, interval: 20 });
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}
