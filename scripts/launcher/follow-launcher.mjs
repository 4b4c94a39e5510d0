/**
 * Loaded into the program before its own code. File descriptor 3 is a pipe whose other end the launcher holds: it
 * closes when the launcher ends, even by SIGKILL, and then the program asks itself to stop.
 */
import { Socket } from "node:net";

const launcher = new Socket({ fd: 3, readable: true, writable: false });
launcher.once("close", () => process.kill(process.pid, "SIGTERM"));
launcher.on("error", () => launcher.destroy());
launcher.resume();
launcher.unref();
