/** Finds ports for programs that are started later. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port that nothing listens on. It is below the range from which the system gives ports to connections and to servers that ask for
 * any (from 32768 on Linux, 49152 elsewhere): none of them takes it before the program does.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
