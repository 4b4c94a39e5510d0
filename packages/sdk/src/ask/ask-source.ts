/** `mode: "ask"`: asks the server and keeps the answers for a moment. For functions and workers that don't run all the time. */
import type { AccessSource, UserReference } from "../access-source.ts";
import type { AssertKnown } from "../adapters/assert-known.ts";
import type { Connection } from "../client/connection.ts";
import type { ErrorReport } from "../client/error-report.ts";
import { closedError, unreachable } from "../client/gatehouse-error.ts";
import { readClocks } from "../replica/runtime.ts";
import { createQuestions } from "./ask-server.ts";

/** The most answers that are kept. */
const maxAnswers = 10_000;

/** What asking needs. */
export interface AskOptions {
  readonly connection: Connection;
  /** Milliseconds for which an answer is kept, from the moment of the question. */
  readonly maxStaleness: number;
  readonly errorReport: ErrorReport;
  /** The server answers no for an unknown name: report it here, as a replica does. */
  readonly assertKnown: AssertKnown;
}

/** A value, never a promise: a worker may not wait in one request for what another request sent. */
interface Answer {
  readonly askedAt: number;
  readonly value: unknown;
}

/** Creates the source. It sends nothing by itself. */
export function createAskSource(options: AskOptions): AccessSource {
  const { connection, maxStaleness, errorReport, assertKnown } = options;
  const questions = createQuestions(connection);
  const answers = new Map<string, Answer>();
  let isClosed = false;

  /** Gives the kept answer or asks. An error is not kept. */
  const ask = async <T>(question: string, send: () => Promise<T>): Promise<T> => {
    if (isClosed) throw closedError();
    const askedAt = readClocks().wall;
    const kept = answers.get(question);
    // A clock that was set back makes an answer old.
    if (kept !== undefined && Math.abs(askedAt - kept.askedAt) < maxStaleness) return kept.value as T;
    const value = await send();
    errorReport.onSuccess();
    if (answers.size >= maxAnswers) answers.clear();
    // An answer that arrives late doesn't replace a newer one.
    const isNewest = answers.get(question) === kept;
    if (isNewest) answers.set(question, { askedAt, value });
    return value;
  };
  const evaluate = (user: UserReference, permission: string) =>
    ask(JSON.stringify([user, permission]), () => questions.evaluate(user, permission));
  const orElse = async <T>(answer: Promise<T>, fallback: T): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (!isClosed) errorReport.onFailure(unreachable(connection.url, error));
      return fallback;
    }
  };
  return {
    /** Verifies the settings with a question about nobody. */
    ready: async () => {
      await evaluate("00000000-0000-0000-0000-000000000000", "users:view");
    },
    check: async (user, permission) => {
      assertKnown(permission);
      return orElse(evaluate(user, permission), false);
    },
    listPermissions: (user) =>
      orElse<readonly string[]>(
        ask(JSON.stringify([user]), () => questions.listPermissions(user)),
        [],
      ),
    can: rejectSynchronous,
    explain: rejectSynchronous,
    usersWith: rejectSynchronous,
    permissionsOf: rejectSynchronous,
    hasPermission: rejectSynchronous,
    status: rejectSynchronous,
    onChange: rejectSynchronous,
    findUserId: () => null,
    isSubscribed: () => !isClosed, // like other answers, a session is kept for a moment
    onSessionsEnded: () => undefined,
    close: () => {
      isClosed = true;
      answers.clear();
    },
  };
}

function rejectSynchronous(): never {
  throw new TypeError('With mode: "ask", use `await check(…)` or `await listPermissions(…)`.');
}
