/** Everything that the server is made of, built once in the composition root. A use case names the part that it needs. */
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { Database } from "./database/database.ts";
import type { Passwords } from "./features/accounts/passwords.ts";
import type { LastUse } from "./http/last-use.ts";
import type { Enqueue } from "./outbox/enqueue.ts";
import type { Clock } from "./ports/clock.ts";
import type { Ids } from "./ports/ids.ts";
import type { Mailer } from "./ports/mailer.ts";
import type { Secrets } from "./ports/secrets.ts";

/** The parts of a running server. */
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
