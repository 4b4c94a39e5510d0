/** Ends the process when its embedded database can't be brought to answer, so that it is started again. */
import type { Engine } from "../database/engine.ts";
import type { Terminal } from "./command.ts";

/** Begins to look after `engine`; `flushLog` writes what the log still holds. */
export function watchEngine(
  engine: Pick<Engine, "watch">,
  { err }: Pick<Terminal, "err">,
  flushLog: () => void,
): void {
  engine.watch(() => {
    flushLog();
    err(
      "The embedded database no longer answers, and a new one didn't either. This process ends now; start it again. Nothing that was acknowledged is lost.",
    );
    process.exit(1);
  });
}
