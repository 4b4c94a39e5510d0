/** Bit sets in 32-bit words: position n is bit n mod 32 of word n / 32. */

/** Number of words for `count` bits. */
export function wordCount(count: number): number {
  return Math.ceil(count / 32);
}

/** Whether bit `position` is set. */
export function hasBit(bits: ArrayLike<number>, position: number): boolean {
  return ((bits[position >>> 5] ?? 0) & (1 << (position & 31))) !== 0;
}

/** Sets bit `position`. */
export function setBit(bits: Uint32Array, position: number): void {
  bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31));
}

/** ORs the bits of `added` into `target`. */
export function addBits(target: Uint32Array, added: ArrayLike<number>): void {
  for (let word = 0; word < target.length; word += 1) target[word] = (target[word] ?? 0) | (added[word] ?? 0);
}
