/** Generates people with names from many regions, the same ones at every run. */
import { type NameRegion, regions, turkish } from "./names.ts";

/** A generated person. */
export interface GeneratedPerson {
  readonly name: string;
  /** Local part of the address, ASCII. */
  readonly mailbox: string;
}

/** Random numbers from 0 to 1 that are the same at every run (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A random item of a list. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new Error("The list is empty.");
  return one;
}

const maxDraws = 3;

/** Generates a person. Names are rarely repeated; the mailbox is the name, with a number when it is taken. */
export function generatePerson(
  random: () => number,
  taken: Map<string, number>,
  fold: (text: string) => string,
): GeneratedPerson {
  let name = generateName(random);
  for (let draws = 1; taken.has(toMailbox(name, fold)) && draws < maxDraws; draws += 1)
    name = generateName(random);
  const mailbox = toMailbox(name, fold);
  const count = (taken.get(mailbox) ?? 0) + 1;
  taken.set(mailbox, count);
  return { name, mailbox: count === 1 ? mailbox : `${mailbox}${count}` };
}

function toMailbox(name: string, fold: (text: string) => string): string {
  return fold(name)
    .replaceAll(/[^a-z0-9\s-]/g, "")
    .trim()
    .replaceAll(/\s+/g, ".");
}

function generateName(random: () => number): string {
  const region = random() < 0.36 ? turkish : pick(random, regions);
  const isWoman = random() < 0.5;
  const given = isWoman ? region.women : region.men;
  const first = pick(random, given);
  const last = generateLastName(random, region, isWoman);
  if (region.isFamilyFirst === true) return joinFamilyFirst(last, first);
  const second = random() < region.secondNames ? ` ${pick(random, given)}` : "";
  return `${first}${second === ` ${first}` ? "" : second} ${last}`;
}

function generateLastName(random: () => number, region: NameRegion, isWoman: boolean): string {
  const last = pick(random, isWoman ? (region.lastOfWomen ?? region.last) : region.last);
  if (random() >= region.doubleLastNames) return last;
  const other = pick(random, region.last);
  return other === last ? last : `${last}${region.joint ?? "-"}${other}`;
}

/** `Wang/王` and `Jin/锦` become `Wang Jin 王锦`. */
function joinFamilyFirst(family: string, given: string): string {
  const [latinFamily = "", familyCharacter = ""] = family.split("/");
  const [latinGiven = "", givenCharacters = ""] = given.split("/");
  return `${latinFamily} ${latinGiven} ${familyCharacter}${givenCharacters}`;
}
