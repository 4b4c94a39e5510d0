/** Prints the path of the Node that runs Gatehouse here; installs it first where needed. */
import { prepareRuntime } from "../launcher/runtime.mjs";

process.stdout.write(`${await prepareRuntime()}\n`);
