/**
 * Loaded into a program before its own code: ends it once the process that started it is gone, however that went. A
 * process whose parent ends is given to another one, and so it notices. The signal is part of this module's URL.
 * (Node loads this into the threads and forks of the program as well; a thread has the program's parent, a fork then
 * follows the program.)
 */
import { isMainThread } from "node:worker_threads";

const launcher = process.ppid;
const signal = new URL(import.meta.url).searchParams.get("signal") ?? "SIGTERM";

if (isMainThread) {
  const watch = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(watch);
    process.kill(process.pid, signal);
  }, 500);
  watch.unref();
}
