/** A random id of 128 bits, hexadecimal. `crypto.randomUUID` is missing on pages that are served with plain http. */
export function createRandomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
