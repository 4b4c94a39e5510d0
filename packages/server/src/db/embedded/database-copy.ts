/**
 * Copies of the embedded database of a running server, for commands that only read. Only the server can open the database, so it
 * copies the files: no statement runs meanwhile, and requests wait. The command asks for a copy on a local socket, which only users
 * with access to the data folder can find, and reads the copy for as long as it likes.
 */
import { randomUUID } from "node:crypto";
import { chmodSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { databaseFolder } from "../data-folder.ts";
import type { Engine } from "../engine.ts";

/** A copy that nobody else uses. */
export interface DatabaseCopy {
  readonly folder: string;
  /** Deletes it. */
  readonly release: () => Promise<void>;
}

/** Answers requests for copies. */
export interface CopyServer {
  /** Stops answering. Copies that are being read stay until their readers release them. */
  readonly close: () => Promise<void>;
}

const addressFile = (dataDir: string) => join(dataDir, "copy-socket");
const copiesFolder = (dataDir: string) => join(dataDir, "copies");

/** Addresses of Unix sockets are limited to about 104 bytes. */
const maxAddressBytes = 100;

const answerSchema = z.union([z.object({ folder: z.string() }), z.object({ error: z.string() })]);
type Answer = z.infer<typeof answerSchema>;

/** Starts answering requests. The caller holds the lock of the data folder. */
export async function serveCopies(dataDir: string, engine: Engine): Promise<CopyServer> {
  await rm(copiesFolder(dataDir), { recursive: true, force: true }); // of a process that was killed
  const { address, folder } = chooseAddress(dataDir);
  const sockets = new Set<Socket>();
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
    socket.once("data", () => {
      // One after the other: each needs the whole database.
      last = last.then(() => answer(dataDir, engine, socket));
    });
  });
  await listen(server, address);
  if (process.platform !== "win32") chmodSync(address, 0o600);
  writeFileSync(addressFile(dataDir), address, { mode: 0o600 });
  return {
    close: async () => {
      rmSync(addressFile(dataDir), { force: true });
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, last]);
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** In the data folder, or, if that has a long name, in a separate folder. */
function chooseAddress(dataDir: string): { readonly address: string; readonly folder: string | null } {
  if (process.platform === "win32")
    return { address: `\\\\.\\pipe\\gatehouse-${randomUUID()}`, folder: null };
  const address = join(dataDir, "copy.sock");
  if (Buffer.byteLength(address) <= maxAddressBytes) {
    rmSync(address, { force: true });
    return { address, folder: null };
  }
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-"));
  return { address: join(folder, "copy.sock"), folder };
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
    server.unref();
  });
}

async function answer(dataDir: string, engine: Engine, socket: Socket): Promise<void> {
  const folder = join(copiesFolder(dataDir), randomUUID());
  const remove = () => rm(folder, { recursive: true, force: true });
  const isGone = () => socket.destroyed;
  if (isGone()) return;
  const send = (text: Answer) => socket.write(`${JSON.stringify(text)}\n`);
  try {
    await mkdir(copiesFolder(dataDir), { recursive: true, mode: 0o700 });
    await engine.withoutTimeout(async (client) => {
      await client.query("checkpoint");
      await cp(databaseFolder(dataDir), folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
    });
    if (isGone()) await remove();
    else send({ folder });
  } catch (error) {
    await remove();
    if (!isGone()) send({ error: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * Asks the process that has the data folder locked for a copy; null when it gives none.
 * @throws Error when it could not make one
 */
export async function requestCopy(dataDir: string): Promise<DatabaseCopy | null> {
  const socket = await open(dataDir);
  if (socket === null) return null;
  try {
    socket.write("copy\n");
    const given = z.parse(answerSchema, JSON.parse(await readLine(socket)));
    if ("error" in given) throw new Error(`The server could not copy the database: ${given.error}`);
    return { folder: given.folder, release: () => rm(given.folder, { recursive: true, force: true }) };
  } finally {
    socket.destroy();
  }
}

function open(dataDir: string): Promise<Socket | null> {
  let address: string;
  try {
    address = readFileSync(addressFile(dataDir), "utf8");
  } catch {
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(null));
  });
}

async function readLine(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes("\n")) return text;
  }
  throw new Error("The server stopped before it had copied the database.");
}
