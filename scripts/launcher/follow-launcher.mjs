/**
 * Loaded into a program before its own code: ends it as soon as the process that started it has ended, even by SIGKILL.
 * It polls the parent's process id, which changes when the parent ends. The signal is a parameter of this module's URL.
 * (Node loads this into the program's threads and forks as well; threads skip it, a fork follows the program.)
 */
import { isMainThread } from "node:worker_threads";

const launcher = process.ppid;
const signal = new URL(import.meta.url).searchParams.get("signal") ?? "SIGTERM";

if (isMainThread) {
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    process.kill(process.pid, signal);
  }, 500);
  timer.unref();
}
