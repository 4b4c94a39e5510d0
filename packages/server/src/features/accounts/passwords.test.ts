import { hash, verify } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { createPasswords } from "./passwords.ts";

/** The beginning of every hash that Gatehouse makes. */
const stored = "$argon2id$v=19$m=19456,t=2,p=1$salt$hash";

type Work = NonNullable<Parameters<typeof createPasswords>[2]>;

test("hashes with argon2id at 19 MiB, two iterations and one lane", async () => {
  const made = await createPasswords().hash("correct horse battery staple");
  expect(made).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("accepts only the right password", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("correct horse battery staple");
  expect(await passwords.verify(stored, "correct horse battery staple")).toBe(true);
  expect(await passwords.verify(stored, "Correct horse battery staple")).toBe(false);
});

test("accepts a password in any Unicode normalization form", async () => {
  const passwords = createPasswords();
  const stored = await passwords.hash("café on the corner");
  expect(await passwords.verify(stored, "cafe\u0301 on the corner")).toBe(true);
});

test("verifies against a hash of the same cost without an account, and returns false", async () => {
  const compared: (string | Buffer)[] = [];
  const work: Work = {
    hash,
    verify: async (stored, password) => {
      compared.push(stored as string);
      return verify(stored, password);
    },
  };
  expect(await createPasswords(1, 1, work).verify(null, "correct horse battery staple")).toBe(false);
  expect(compared).toEqual([expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)]);
});

test("returns false without an account, even if the password matches", async () => {
  const work: Work = { hash, verify: async () => true };
  expect(await createPasswords(1, 1, work).verify(null, "whatever it is")).toBe(false);
});

/** Work that waits until the test finishes it. */
function heldWork() {
  const finish: (() => void)[] = [];
  const work: Work = {
    hash,
    verify: () => new Promise((resolve) => finish.push(() => resolve(true))),
  };
  return { work, finish };
}

test("limits concurrent and queued work, and returns Retry-After for more", async () => {
  const { work, finish } = heldWork();
  const passwords = createPasswords(2, 3, work);
  const results = Array.from({ length: 5 }, () => passwords.verify(stored, "password"));
  await expect(passwords.verify(stored, "password")).rejects.toMatchObject({
    code: "busy",
    status: 429,
    details: { retryAfter: 1 },
  });
  expect(finish).toHaveLength(2);
  while (finish.length > 0) {
    finish.shift()?.();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(results)).toEqual([true, true, true, true, true]);
});

test("continues with the queue after a failure", async () => {
  let calls = 0;
  const work: Work = {
    hash,
    verify: async () => {
      calls += 1;
      if (calls === 1) throw new Error("not a hash");
      return true;
    },
  };
  const passwords = createPasswords(1, 5, work);
  const both = await Promise.allSettled([passwords.verify(stored, "x"), passwords.verify(stored, "x")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(await passwords.verify(stored, "x")).toBe(true);
});

test("verifies hashes of other systems in a separate queue: no other sign-in waits for them", async () => {
  const finish: (() => void)[] = [];
  const bcrypt = "$2b$05$hX8aeus/JQbjw1DROAuVReKegiQZ41aWT2x/hYbLEfQuv2/CZgcFW";
  const passwords = createPasswords(1, 1, {
    hash,
    verify: async () => true,
    matchForeign: () => new Promise((resolve) => finish.push(() => resolve(true))),
  });
  const unknown = { isKnownDevice: false, sameWorkAs: [] };
  const both = [passwords.verifyForeign(bcrypt, "x", unknown), passwords.verifyForeign(bcrypt, "x", unknown)];
  await expect(passwords.verifyForeign(bcrypt, "x", unknown)).rejects.toMatchObject({ code: "busy" });
  // Nor is an account refused that has no such hash, unless it has to do the same work.
  expect(await passwords.verifyForeign(stored, "x", unknown)).toBe(false);
  await expect(
    passwords.verifyForeign(stored, "x", { ...unknown, sameWorkAs: [bcrypt] }),
  ).rejects.toMatchObject({ code: "busy" });
  expect(await passwords.verify(stored, "x")).toBe(true);
  while (finish.length > 0) {
    finish.shift()?.();
    await new Promise(setImmediate);
  }
  expect(await Promise.all(both)).toEqual([true, true]);
});
