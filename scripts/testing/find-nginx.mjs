/** Finds an nginx for the test of the forward-auth endpoint, or installs one where that is allowed. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Stop } from "../launcher/stop.mjs";
import { installWithApt } from "./apt.mjs";

/** Debian starts a service that is installed; this one is wanted as a program only. */
const noServices = { "/usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n" };

/**
 * The path of the program: the one that `NGINX` names, or the first that is found.
 * @returns {string | null}
 */
function nginxOnThisMachine() {
  const { NGINX: named, PATH: path = "" } = process.env;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Stop(`NGINX names ${named}, which does not exist. Correct or unset it and run this again.`);
  }
  const folders = [...path.split(delimiter), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];
  return folders.map((folder) => join(folder, "nginx")).find((file) => existsSync(file)) ?? null;
}

/**
 * The same, after an attempt to install it.
 * @returns {Promise<string>}
 */
export async function findNginx() {
  const found = nginxOnThisMachine();
  if (found !== null) return found;
  await installWithApt(["nginx-light", "nginx"], existsSync("/usr/sbin/policy-rc.d") ? {} : noServices);
  const installed = nginxOnThisMachine();
  if (installed !== null) return installed;
  throw new Stop(
    "The test of forward-auth needs nginx. Install it (Debian: apt-get install nginx-light) or set NGINX to its path, and " +
      "run this again.",
  );
}
