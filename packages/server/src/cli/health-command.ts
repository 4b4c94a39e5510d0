/** Asks the server on this machine how it is, for health checks of containers and supervisors. */

import { type Command, CommandError } from "@gatehouse/cli";
import { listeningUrl, readConfig } from "../config.ts";

/** How long the server has to respond. Milliseconds. */
const timeoutMs = 4_000;

/** `gatehouse health` */
export const health: Command = {
  name: "health",
  summary: "Ask the server that listens on HOST and PORT whether it is ready; fails if it isn't",
  options: {
    live: { type: "boolean", help: "Ask whether it runs, even if its database doesn't respond" },
  },
  run: async (values, { out }) => {
    const { host, port } = readConfig();
    const url = `${listeningUrl(host, port)}/${values["live"] === true ? "livez" : "readyz"}`;
    const { status, body } = await request(url);
    if (status !== 200) throw new CommandError(`${url} returned ${status}: ${body}`);
    out(values["json"] === true ? body : "The server is ready.");
    return 0;
  },
};

async function request(url: string): Promise<{ readonly status: number; readonly body: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, body: (await response.text()).trim() };
  } catch (error) {
    throw new CommandError(
      `No response from ${url}. Start the server, or set HOST and PORT as it has them: gatehouse serve`,
      { cause: error },
    );
  }
}
