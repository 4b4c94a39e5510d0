/**
 * A duplex stream in place of a socket: carries PostgreSQL's protocol between pg's client and the embedded database's
 * thread.
 */
import { Duplex } from "node:stream";
import type { Conversation, EmbeddedThread } from "./embedded-thread.ts";

/** AuthenticationOk and ReadyForQuery (idle). */
const startupResponse = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
const terminateMessage = 0x58;

/** One conversation with the embedded database, with the socket interface that pg expects. */
export class Wire extends Duplex {
  readonly #thread: () => Promise<EmbeddedThread>;
  #conversation: Conversation | null = null;
  #hasStarted = false;

  constructor(thread: () => Promise<EmbeddedThread>) {
    super();
    this.#thread = thread;
  }

  connect(): this {
    this.#thread().then(
      (thread) => {
        if (this.destroyed) return;
        this.#conversation = thread.open({
          onBytes: (bytes) => this.push(bytes),
          onEnd: (error) => this.destroy(error),
        });
        this.emit("connect");
      },
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    if (!this.#hasStarted) {
      this.#hasStarted = true; // the startup message: no authentication needed
      this.push(startupResponse);
    } else if (bytes[0] === terminateMessage) {
      this.push(null);
    } else {
      this.#conversation?.send(bytes);
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#conversation?.leave();
    done(error);
  }

  // Socket methods without a meaning here.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
