/** The server's dependencies, built once in the composition root. A use case declares only those that it uses. */
import type { Logger } from "pino";
import type { LastUse } from "./auth/last-use.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/database.ts";
import type { Passwords } from "./features/accounts/passwords.ts";
import type { Enqueue } from "./jobs/queues.ts";
import type { Clock } from "./ports/clock.ts";
import type { Ids } from "./ports/ids.ts";
import type { Mailer } from "./ports/mailer.ts";
import type { Secrets } from "./ports/secrets.ts";

/** The dependencies of a running server. */
export interface Deps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly secrets: Secrets;
  readonly mailer: Mailer;
  readonly passwords: Passwords;
  readonly enqueue: Enqueue;
  readonly lastUse: LastUse;
  readonly config: Config;
  readonly log: Logger;
}
