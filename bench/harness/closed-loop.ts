/**
 * Sends requests over a number of connections, the next one as soon as the last one is answered. Each request may depend on the last
 * response, as a change that needs an ETag does. Counts errors instead of ending the run: they are our own faults and are printed.
 */
import { Agent, request as sendRequest } from "node:http";
import type { Candidate } from "./compare.ts";
import { readCpuMs, readPostgresCpuMs } from "./cpu.ts";
import type { RunningServer } from "./processes.ts";

/** A request. */
export interface LoadRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A response. */
interface LoadResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends one request. */
export type Send = (request: LoadRequest) => Promise<LoadResponse>;

/** One unit of work of a connection; `turn` counts up over all connections. */
export type LoadStep = (send: Send, turn: number) => Promise<void>;

/** What a load does, and for how long. */
export interface LoadOptions {
  readonly step: LoadStep;
  readonly connections?: number;
  /** Milliseconds of a round. */
  readonly roundMs?: number;
  /** The process id of the PostgreSQL server. */
  readonly postmaster: number;
}

/** A load, with what was measured beside its rate; the arrays have an entry for each round, warm-ups included. */
export interface Load extends Candidate {
  /** CPU milliseconds for each unit of work. */
  readonly serverCpu: readonly number[];
  readonly postgresCpu: readonly number[];
  /** Milliseconds of each unit of work. */
  readonly latencies: readonly number[];
  /** Statuses and messages of failed requests, with their number. */
  readonly errors: ReadonlyMap<string, number>;
}

/** A candidate that measures units of work a second. */
export function createLoad(name: string, server: RunningServer, options: LoadOptions): Load {
  const { step, connections = 20, roundMs = 1_500, postmaster } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [serverCpu, postgresCpu, latencies] = [[] as number[], [] as number[], [] as number[]];
  const errors = new Map<string, number>();
  const send = createSend(server.url, agent);
  let turn = 0;
  const round = async (): Promise<number> => {
    const cpuBefore = [readCpuMs(server.child.pid ?? 0), readPostgresCpuMs(postmaster)];
    const startedAt = performance.now();
    let done = 0;
    const work = async (): Promise<void> => {
      while (performance.now() - startedAt < roundMs) {
        const stepStartedAt = performance.now();
        turn += 1;
        try {
          await step(send, turn);
          done += 1;
          latencies.push(performance.now() - stepStartedAt);
        } catch (error) {
          const text = error instanceof Error ? error.message : String(error);
          errors.set(text, (errors.get(text) ?? 0) + 1);
        }
      }
    };
    await Promise.all(Array.from({ length: connections }, work));
    const seconds = (performance.now() - startedAt) / 1_000;
    serverCpu.push((readCpuMs(server.child.pid ?? 0) - (cpuBefore[0] ?? 0)) / done);
    postgresCpu.push((readPostgresCpuMs(postmaster) - (cpuBefore[1] ?? 0)) / done);
    return done / seconds;
  };
  return { name, round, serverCpu, postgresCpu, latencies, errors };
}

/** Sends requests over `agent`; an error response is an error with its status and code. */
export function createSend(url: string, agent: Agent): Send {
  return ({ method, path, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const type = payload === undefined ? {} : { "content-type": "application/json" };
      const length = payload === undefined ? {} : { "content-length": String(Buffer.byteLength(payload)) };
      const sent = sendRequest(`${url}${path}`, {
        method,
        agent,
        headers: { ...type, ...length, ...headers },
      });
      sent.once("error", reject).once("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.once("error", reject).once("end", () => {
          const status = response.statusCode ?? 0;
          if (status >= 400)
            reject(new Error(`${status} ${readCode(text)} for ${method} ${path.split("?")[0]}`));
          else resolve({ status, headers: response.headers, body: text });
        });
      });
      sent.end(payload);
    });
}

function readCode(text: string): string {
  try {
    const { code, message } = JSON.parse(text) as { code?: string; message?: string };
    return code ?? message ?? "";
  } catch {
    return text.slice(0, 80);
  }
}
