/** A replica in this process that a stream keeps in sync, from the first use on. */
import type { AccessSource, SessionListener, UserReference } from "../access-source.ts";
import { createQuestions } from "../ask/ask-server.ts";
import type { Connection } from "../client/connection.ts";
import type { ErrorReport } from "../client/error-report.ts";
import { closedError } from "../client/gatehouse-error.ts";
import { createInitialLoad } from "./initial-load.ts";
import type { Replica } from "./replica.ts";
import { notifySafely, readClocks } from "./runtime.ts";
import { createStalenessTracker } from "./staleness.ts";
import { sync } from "./sync.ts";

/** What a replica needs. */
export interface ReplicaOptions {
  readonly connection: Connection;
  readonly maxStaleness: number;
  /** Creates an empty replica. */
  readonly createReplica: () => Replica;
  readonly errorReport: ErrorReport;
  readonly onProgress: (progress: { readonly read: number; readonly total: number }) => void;
}

/** Creates the source. It connects when it is used. */
export function createReplicaSource(options: ReplicaOptions): AccessSource {
  const { connection, maxStaleness, createReplica, errorReport } = options;
  const questions = createQuestions(connection);
  const staleness = createStalenessTracker(maxStaleness);
  const closing = new AbortController();
  const listeners = new Set<() => void>();
  const sessionListeners = new Set<SessionListener>();
  const initialLoad = createInitialLoad(() => readClocks().monotonic);
  let replica: Replica = createReplica();
  let sequence: number | null = null;
  let wasFresh = false;
  let staleTimer: ReturnType<typeof setTimeout> | undefined;
  const notifyAll = () => {
    for (const listener of listeners) notifySafely(listener);
  };
  /** Notifies once when the replica becomes stale, unless it was updated before. */
  const notifyWhenStale = () => {
    clearTimeout(staleTimer);
    if (closing.signal.aborted) return;
    if (staleness.isFresh())
      staleTimer = setTimeout(notifyWhenStale, Math.max(1, maxStaleness - staleness.age() + 1));
    else if (wasFresh) {
      wasFresh = false;
      notifyAll();
    }
  };
  const onCurrent = (current: Replica, position: number, isChanged: boolean) => {
    const isNews = isChanged || !wasFresh;
    replica = current;
    sequence = position;
    initialLoad.onComplete();
    errorReport.onSuccess();
    wasFresh = true;
    if (isNews) notifyAll();
    notifyWhenStale();
  };

  let isStarted = false;
  const start = (): void => {
    if (isStarted) return;
    isStarted = true;
    void sync(
      {
        connection,
        staleness,
        maxStaleness,
        createReplica,
        onCurrent,
        onActivity: initialLoad.onActivity,
        onSessionsEnded: (userIds) => {
          for (const listener of sessionListeners) listener(userIds);
        },
        onProgress: (read, total) => options.onProgress({ read, total }),
        onFailure: (error) => {
          initialLoad.onFailure(error);
          errorReport.onFailure(error);
        },
      },
      closing.signal,
    );
  };
  // A flag beside the signal: reading a signal costs a tenth of a check.
  let isClosed = false;
  const isUsable = (): boolean => {
    if (!isClosed && staleness.isFresh()) return true;
    start();
    return false;
  };
  /** Asks the server when the replica can't answer; `fallback` without a response. */
  const answer = async <T>(fromReplica: () => T, ask: () => Promise<T>, fallback: T): Promise<T> => {
    if (isUsable()) return fromReplica();
    return isClosed ? fallback : ask().catch(() => fallback);
  };
  /** Nobody has the empty id. */
  const toId = (user: UserReference): string =>
    typeof user === "string" ? user : (replica.findUserId(user.externalId) ?? "");
  const can = (user: UserReference, permission: string): boolean =>
    isUsable() && replica.can(toId(user), permission, staleness.serverTime());
  return {
    ready: () => {
      start();
      return initialLoad.wait();
    },
    can,
    check: (user, permission) =>
      answer(
        () => replica.can(toId(user), permission, staleness.serverTime()),
        () => questions.evaluate(user, permission),
        false,
      ),
    explain: (user, permission) =>
      isUsable()
        ? replica.explain(toId(user), permission, staleness.serverTime())
        : { allowed: false, because: [] },
    usersWith: (permission) => (isUsable() ? replica.usersWith(permission, staleness.serverTime()) : []),
    permissionsOf: (user) => (isUsable() ? replica.permissionsOf(toId(user), staleness.serverTime()) : []),
    listPermissions: (user) =>
      answer<readonly string[]>(
        () => replica.permissionsOf(toId(user), staleness.serverTime()),
        () => questions.listPermissions(user),
        [],
      ),
    hasPermission: (permission) => {
      start();
      return replica.hasPermission(permission);
    },
    status: () => ({ isFresh: isUsable(), sequence, age: staleness.age() }),
    onChange: (listener) => {
      start();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    findUserId: (externalId) => replica.findUserId(externalId) ?? null,
    isSubscribed: isUsable,
    onSessionsEnded: (listener) => sessionListeners.add(listener),
    close: () => {
      isClosed = true;
      isStarted = true;
      closing.abort();
      clearTimeout(staleTimer);
      initialLoad.close(closedError());
    },
  };
}
