/**
 * Writes the block list of common passwords from a list of leaked ones, the most frequent first, one a line:
 * `10-million-password-list-top-1000000.txt` of SecLists (MIT). Run it with the path of that file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { foldText } from "@gatehouse/sdk/contract";

/** The most frequent passwords, which are listed whatever their length. */
const listed = 100_000;
/** Rarer ones count only if they are long enough to be chosen as they are. */
const minLength = 12;
/** Hashes of `crypt` that were leaked as if they were passwords. */
const crypt = /^xx[\w./]{11}$/;

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("Give the path of the list of leaked passwords.");
const found = new Set<string>();
for (const line of readFileSync(source, "utf8").split(/\r?\n/)) {
  const password = foldText(line);
  if (password.length < 4) continue;
  if (found.size < listed || (password.length >= minLength && !crypt.test(line))) found.add(password);
}
const sorted = [...found].map((password) => Buffer.from(`${password}\n`)).sort(Buffer.compare);
const text = Buffer.concat(sorted);
const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
writeFileSync(new URL("passwords.txt.br", import.meta.url), packed);
process.stdout.write(`${sorted.length} passwords, ${text.length} bytes, ${packed.length} packed\n`);
