import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import { sealBeforeReading } from "../../audit/seal.ts";
import type { AuthenticatedActor } from "../../auth/actor.ts";
import { authorizeWrite } from "../../auth/authorize-write.ts";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Ids } from "../../ports/ids.ts";
import { type RequestedFilter, readFilter, viewEvent } from "./list-events.ts";
import { type EventFilter, type EventPage, hasEvent, listEvents, type StoredEvent } from "./select-events.ts";
import { listUnsealedEvents, type UnsealedEvents } from "./unsealed-events.ts";

/** The format of an export. */
export type ExportFormat = "ndjson" | "csv";

interface ExportDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly ids: Ids;
}

const columns = [
  "sequence",
  "at",
  "actorType",
  "actorId",
  "actorName",
  "action",
  "targetType",
  "targetId",
  "targetName",
  "changes",
  "ip",
  "userAgent",
  "id",
  "hash",
];
const pageSize = 1000;

/**
 * The whole log, in chunks of a thousand events. The export is itself recorded first, so it is the last event of an
 * export without filters. Events that can't be sealed now come last, without number and hash, each once even if it is sealed meanwhile. No transaction stays open between chunks; when the database is restored between two of
 * them, the export fails, because the rest would belong to another log.
 * @throws ApiError request/invalid
 */
export async function exportAuditEvents(
  deps: ExportDeps,
  actor: AuthenticatedActor,
  input: Omit<RequestedFilter, "grouped" | "within"> & { readonly format: ExportFormat },
): Promise<AsyncIterable<string>> {
  const { organizationId } = actor;
  const { format, ...requested } = input;
  const filter = readFilter(organizationId, requested);
  const target = { type: "organization", id: organizationId, name: "Audit log" };
  const changes = Object.entries({ format, ...requested })
    .filter(([, value]) => value !== undefined)
    .map(([field, after]) => ({ field: field as keyof typeof input, before: null, after }));
  await authorizeWrite(deps, actor, (tx, actor) =>
    record(deps, tx, actor, [{ action: "audit.exported", target, changes }]),
  );
  await sealBeforeReading(deps.db, organizationId);
  return streamEvents(deps.db, filter, format);
}

/** Events of one snapshot; unsealed ones are null as long as there may be more sealed ones. */
interface ExportedEvents {
  readonly rows: readonly StoredEvent[];
  readonly unsealed: UnsealedEvents | null;
}

async function* streamEvents(
  db: Database,
  filter: EventFilter,
  format: ExportFormat,
): AsyncGenerator<string, void, undefined> {
  if (format === "csv") yield byteOrderMark + csvLine(columns);
  const toLine =
    format === "csv" ? toCsvLine : (event: StoredEvent) => `${JSON.stringify(viewEvent(event))}\n`;
  let last: StoredEvent | null = null;
  let lastPosition: string | null = null;
  const exportedUnsealed = new Set<string>();
  let isComplete = false;
  while (!isComplete) {
    const page: EventPage = {
      ...filter,
      order: "oldest-first",
      after: last?.sequence ?? null,
      limit: pageSize,
    };
    const { rows, unsealed }: ExportedEvents = await db.tenant(
      filter.organizationId,
      async (tx) => {
        if (last !== null && !(await hasEvent(tx, filter.organizationId, last)))
          throw new Error("The database was restored while its audit log was exported.");
        const rows = await listEvents(tx, page);
        if (rows.length === pageSize) return { rows, unsealed: null };
        return { rows, unsealed: await listUnsealedEvents(tx, page, lastPosition) };
      },
      { readOnly: true, mayUseReplica: true, isolation: "repeatable read", timeouts: "background" },
    );
    const events = [...rows, ...(unsealed?.events ?? [])].filter(({ id }) => !exportedUnsealed.has(id));
    yield events.map(toLine).join("");
    for (const { id } of unsealed?.events ?? []) exportedUnsealed.add(id);
    last = rows.at(-1) ?? last;
    lastPosition = unsealed?.lastPosition ?? lastPosition;
    isComplete = unsealed !== null && unsealed.events.length < pageSize;
  }
}

function toCsvLine(event: StoredEvent): string {
  const { actor, target } = event;
  return csvLine([
    event.sequence,
    event.at.toISOString(),
    actor.type,
    actor.id,
    actor.name,
    event.action,
    target.type,
    target.id,
    target.name,
    JSON.stringify(event.changes),
    event.ip,
    event.userAgent,
    event.id,
    event.hash,
  ]);
}
