import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startSealing } from "./start-sealing.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("an organization that changes while it is sealed is sealed again after the delay, not at once", async () => {
  const organizationId = "01a22b90-0000-7000-8000-000000000000";
  let change: (organizationId: string) => void = () => undefined;
  let rounds = 0;
  const db = {
    onChange: (listener: typeof change) => {
      change = listener;
      return () => undefined;
    },
    shared: async () => [],
    tenant: async () => {
      rounds += 1;
      change(organizationId);
      return "all";
    },
  };
  const sealing = startSealing({ db: db as never, log: { warn: () => undefined } }, { delay: 250 });
  change(organizationId);
  await vi.advanceTimersByTimeAsync(250);
  expect(rounds).toBe(1);
  await vi.advanceTimersByTimeAsync(249);
  expect(rounds).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(rounds).toBe(2);
  await sealing.stop();
});
