/**
 * One replica per process and key. A bundler may load this module, and the panel's module that calls `createGatehouse`, more than
 * once in a process, and a development server loads them again after each edit: all of them share one connection.
 */
import type { Catalogue } from "@gatehouse/access";
import type { AccessSource } from "../access-source.ts";
import type { Connection } from "../client/connection.ts";
import { createErrorReport } from "../client/error-report.ts";
import type { GatehouseOptions } from "../gatehouse.ts";
import { createReplica } from "./replica.ts";
import { createReplicaSource } from "./replica-source.ts";
import { notifySafely } from "./runtime.ts";

type Callbacks = Pick<GatehouseOptions<string>, "onError" | "onProgress">;

interface SharedReplica {
  readonly source: AccessSource;
  /** Calls the caller's callbacks, too, and accepts the names that it declares. */
  readonly join: (callbacks: Callbacks, declared: Catalogue) => void;
}

/** What decides which callers share a replica, and what each brings. */
export interface SharedReplicaOptions extends Callbacks {
  readonly connection: Connection;
  readonly maxStaleness: number;
  readonly timeout: number;
  readonly permissions: Catalogue;
  /** A replica with its own `fetch` is not shared. */
  readonly fetch?: typeof fetch;
}

/** The replica of this process for the connection. It connects when it is used. */
export function openReplica(options: SharedReplicaOptions): AccessSource {
  const { connection, maxStaleness, timeout, permissions } = options;
  const registry = getRegistry();
  const key = JSON.stringify([
    connection.url,
    connection.apiKey,
    connection.organizationId,
    maxStaleness,
    timeout,
  ]);
  let shared = options.fetch === undefined ? registry.get(key) : undefined;
  if (shared === undefined) {
    const created = createSharedReplica(options, () => {
      if (registry.get(key) === created) registry.delete(key);
    });
    if (options.fetch === undefined) registry.set(key, created);
    shared = created;
  }
  shared.join(options, permissions);
  return shared.source;
}

function createSharedReplica(
  { connection, maxStaleness, permissions }: SharedReplicaOptions,
  onClose: () => void,
): SharedReplica {
  const declared = new Set<string>();
  const callers: Callbacks[] = [];
  const source = createReplicaSource({
    connection,
    maxStaleness,
    createReplica: () => createReplica(permissions, (permission) => declared.has(permission)),
    errorReport: createErrorReport(() => callers.flatMap(({ onError }) => onError ?? [])),
    onProgress: (progress) => {
      for (const { onProgress } of callers) notifySafely(() => onProgress?.(progress));
    },
  });
  return {
    source: {
      ...source,
      close: () => {
        onClose();
        source.close();
      },
    },
    join: (callbacks, { permissions: names }) => {
      callers.push(callbacks);
      for (const name of names) declared.add(name);
    },
  };
}

/** In the global object, because a process can have several copies of this module. The number is the version of the type. */
function getRegistry(): Map<string, SharedReplica> {
  const holder = globalThis as { [key: symbol]: Map<string, SharedReplica> | undefined };
  const name = Symbol.for("@gatehouse/sdk/replicas/1");
  holder[name] ??= new Map();
  return holder[name];
}
