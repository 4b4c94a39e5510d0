/** Finds a Chromium for the browser tests, or installs one where that is allowed. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Stop } from "../launcher/stop.mjs";
import { installWithApt } from "./apt.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const elsewhere = [
  "/usr/bin/chromium",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The path of the browser: the one that `CHROMIUM` names, or the first that is found.
 * @returns {string | null}
 */
function chromiumOnThisMachine() {
  const { CHROMIUM: named, PATH: path = "" } = process.env;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Stop(`CHROMIUM names ${named}, which does not exist. Correct or unset it and run this again.`);
  }
  const onPath = names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name)));
  return [...onPath, ...elsewhere].find((file) => existsSync(file)) ?? null;
}

/**
 * The same, after an attempt to install it.
 * @returns {Promise<string>}
 */
export async function findChromium() {
  const found = chromiumOnThisMachine();
  if (found !== null) return found;
  await installWithApt(["chromium"]);
  const installed = chromiumOnThisMachine();
  if (installed !== null) return installed;
  throw new Stop(
    "The browser tests need Chromium or Chrome. Install it (Debian: apt-get install chromium) or set CHROMIUM to its " +
      "path, and run this again.",
  );
}
