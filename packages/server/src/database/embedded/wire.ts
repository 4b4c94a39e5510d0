/** The socket's stand-in: carries PostgreSQL's protocol between pg's client and the thread of the embedded database. */
import { Duplex } from "node:stream";
import type { Conversation, EmbeddedThread } from "./embedded-thread.ts";

/** Authentication is fine; ready for the first query, outside a transaction. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
const terminate = 0x58;

/** One conversation with the embedded database, in the shape of the socket that pg asks for. */
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
      this.#hasStarted = true; // the start-up message: there is nobody to authenticate
      this.push(welcome);
    } else if (bytes[0] === terminate) {
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

  // What a socket can do and a wire need not.
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
