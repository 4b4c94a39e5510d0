/** One transaction on one connection: begun without waiting, bound to its tenant, and always ended. */
import pg from "pg";
import { measureStatement } from "../telemetry/measured-work.ts";
import { toParameter } from "./column-values.ts";
import type { QueryResult, Tx } from "./database.ts";
import { isDirect, isDistributed, localSettingStatements } from "./session-settings.ts";
import { canPrepare, getStatementName, type Query, type Statement, toQueryConfig } from "./sql.ts";

/** How a transaction begins. */
export interface Opening {
  /** `begin`, then what it sets for itself. */
  readonly statements: readonly string[];
  /** Of each of its statements. Milliseconds. */
  readonly queryTimeout: number | undefined;
}

/** A transaction whose `begin` has been sent. */
export interface OpenTransaction {
  readonly tx: Tx;
  /** Settles when the server has begun it. Its error is the cause of all later errors. */
  readonly begun: Promise<void>;
  /** The organizations whose changes are to be published after the commit. */
  readonly changes: ReadonlySet<string>;
  /**
   * Rejects further statements and sends the deferred ones. Returns their results, to be awaited with the commit's.
   * Throws if a statement was started and not awaited.
   */
  readonly finish: () => readonly Promise<unknown>[];
}

/**
 * A prepared statement has one plan that suits every tenant: planning it each time took three times as long as running it. It is kept while
 * the tables grow, so it must not be the one for small tables. The others are planned for their parameters.
 */
export const genericPlan: readonly string[] = [
  "set local plan_cache_mode = force_generic_plan",
  "set local enable_seqscan = off",
];

const ownPlans = "set local plan_cache_mode = auto; set local enable_seqscan = on";

/** The application's role, for which row-level security applies. */
export const setRole = "set local role gatehouse_app";

/**
 * Sends `opening` and returns the transaction at once: its first statement is sent in the same round trip. One that writes uses
 * generic plans until its first statement that isn't prepared.
 */
export function openTransaction(
  client: pg.PoolClient,
  opening: Opening,
  { readOnly = false }: { readonly readOnly?: boolean } = {},
): OpenTransaction {
  let hasGenericPlans = !readOnly && isDirect(client) && canUseGenericPlans(client);
  const timeout = { query_timeout: opening.queryTimeout };
  sendTogether(client);
  const begun = sendOpening(client, timeout, [
    ...opening.statements,
    ...(isDirect(client) ? [] : localSettingStatements),
    ...(hasGenericPlans ? genericPlan : []),
  ]);
  begun.catch(() => undefined); // the transaction's user awaits it too, maybe later
  let isOpen = true;
  let running = 0;
  let condition: Promise<unknown> | null = null;
  const send: Tx["query"] = async ({ text, values }) => {
    const config = { ...toQueryConfig(client, text, values.map(toParameter)), ...timeout };
    sendTogether(client);
    if (hasGenericPlans && !canPrepare(client, text)) {
      hasGenericPlans = false;
      client.query({ text: ownPlans, ...timeout }).catch(() => undefined); // the statement fails, too
    }
    const { rows, rowCount, fields } = await measureStatement(text, () => client.query(config));
    return { rows, rowCount: rowCount ?? 0, fields };
  };
  const query: Tx["query"] = async (statement) => {
    if (!isOpen) throw new Error("This transaction is over: a statement came after its end.");
    running += 1;
    try {
      const sent = send(statement);
      sent.catch(() => undefined); // the condition's error comes first
      await condition;
      return await sent;
    } finally {
      running -= 1;
    }
  };
  const requireFirst: Tx["requireFirst"] = (first) => {
    condition = first;
    const forget = () => (condition = null);
    first.then(forget, forget);
  };
  type Sending = (by: Tx["query"]) => Promise<unknown>;
  const deferred: Sending[] = [];
  const defer = (sending: Sending) => {
    if (condition !== null) throw new Error("The transaction depends on a condition: read something first.");
    deferred.push(sending);
  };
  const deferredLast: Sending[] = [];
  const sendDeferred = (by: Tx["query"]): readonly Promise<unknown>[] =>
    [...deferred.splice(0), ...deferredLast.splice(0)].map((one) => one(by));
  const toSending =
    (statement: Query<unknown> | (() => Statement)): Sending =>
    (by) =>
      by(typeof statement === "function" ? statement() : statement);
  const changes = new Set<string>();
  const tx: Tx = {
    query,
    queryAtCommit: <Row>(statement: Query<Row>) => {
      let result: QueryResult<Row> | null = null;
      defer(async (by) => {
        result = await by(statement);
      });
      return () => {
        if (result === null) throw new Error("This statement's result exists only after its transaction.");
        return result;
      };
    },
    deferToCommit: (statement) => defer(toSending(statement)),
    deferToCommitLast: (statement) => void deferredLast.push(toSending(statement)),
    runDeferred: async () => void (await Promise.all(sendDeferred(query))),
    requireFirst,
    publishChange: (organizationId) => void changes.add(organizationId),
  };
  return {
    tx,
    begun,
    changes,
    finish: () => {
      isOpen = false;
      if (running > 0) throw new Error("A statement was still running when its transaction ended: await it.");
      return sendDeferred(send);
    },
  };
}

/** Whether a transaction may use `genericPlan`: Citus plans a statement for the servers that have the rows of the organization. */
export function canUseGenericPlans(client: pg.PoolClient): boolean {
  return !isDistributed(client);
}

/**
 * Citus sends what SET LOCAL sets on to the servers that have the rows, where the policies need the organization. It sends the whole message, so there
 * each statement has one. All are sent at once. The role isn't sent on: functions with the rights of their owner connect as that one.
 */
async function sendOpening(
  client: pg.PoolClient,
  timeout: { readonly query_timeout: number | undefined },
  statements: readonly string[],
): Promise<void> {
  if (!isDistributed(client)) {
    await client.query({ text: statements.join("; "), ...timeout });
    return;
  }
  const [begin = "", ...settings] = statements.map((text) => (text === setRole ? setRoleHere : text));
  const texts = [begin, "set local citus.propagate_set_commands = local", ...settings];
  await Promise.all(texts.map((text) => client.query({ text, ...timeout })));
}

/** The same as `setRole`, in a form that Citus doesn't send on. */
const setRoleHere = "select set_config('role', 'gatehouse_app', true)";

const corked = new WeakSet<object>();

/** What is sent on the connection until the end of this step of the event loop becomes one message to the operating system. */
export function sendTogether(client: pg.PoolClient): void {
  const { stream } = client.connection;
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  process.nextTick(() => {
    corked.delete(stream);
    stream.uncork();
  });
}

const preparedOn = new WeakMap<object, Set<string>>();

/** A compiled statement, ready to be sent in either form. */
export interface SingleRoundTrip<T> {
  readonly query: Query<T>;
  /** Its parameters as SQL literals. */
  readonly literals: string;
}

/**
 * Compiles a statement.
 * @throws TypeError for a parameter that can't be a literal
 */
export function compileSingleRoundTrip<T>(statement: Statement<T>): SingleRoundTrip<T> {
  const { text, values } = statement;
  const literals = values.map((value) => toLiteral(toParameter(value))).join(",");
  return { query: { text, values }, literals };
}

/**
 * The whole transaction as one message, if this connection has prepared the statements; otherwise null, and they
 * must be sent in a normal transaction, which prepares them. `settings` are role, tenant and timeouts.
 */
export function toSingleMessage(
  client: object,
  settings: readonly string[],
  statements: readonly SingleRoundTrip<unknown>[],
): string | null {
  if (isDistributed(client)) return null; // Citus can't plan EXECUTE
  const prepared = preparedOn.get(client);
  const calls: string[] = [];
  for (const { query, literals } of statements) {
    const name = getStatementName(query.text);
    if (prepared?.has(name) !== true) return null;
    calls.push(`execute "${name}"(${literals})`);
  }
  return ["set transaction read only", ...settings, ...calls].join("; ");
}

/** Records that the statement is prepared on this connection. */
export function rememberPrepared(client: object, { text }: Query<unknown>): void {
  const names = preparedOn.get(client) ?? new Set();
  names.add(getStatementName(text));
  preparedOn.set(client, names);
}

/** A message ends at its first NUL: the rest would be lost, and with it the meaning. */
function toLiteral(value: string | null): string {
  if (value === null) return "NULL";
  if (value.includes("\0")) throw new TypeError("A text with a NUL can't be looked up.");
  return pg.escapeLiteral(value);
}
