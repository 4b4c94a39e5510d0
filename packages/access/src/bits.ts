/** Bits in 32-bit words: position n is bit n mod 32 of word n / 32. */

/** How many words hold one bit for each of `count` permissions. */
export function wordsFor(count: number): number {
  return Math.ceil(count / 32);
}

/** Whether bit `position` is set. */
export function holdsPosition(bits: ArrayLike<number>, position: number): boolean {
  return ((bits[position >>> 5] ?? 0) & (1 << (position & 31))) !== 0;
}

/** Sets bit `position`. */
export function setPosition(bits: Uint32Array, position: number): void {
  bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31));
}

/** Sets in `target` every bit that `added` has. */
export function addBits(target: Uint32Array, added: ArrayLike<number>): void {
  for (let word = 0; word < target.length; word += 1) target[word] = (target[word] ?? 0) | (added[word] ?? 0);
}
