/** One of two servers behind a load balancer is restarted while requests come. */
import { expect, onTestFinished, test } from "vitest";
import { startBalancer } from "./balancer.ts";
import { createTestApp } from "./create-test-app.ts";
import { startServing } from "./program.ts";

test("no request fails while a server behind a load balancer is restarted", {
  timeout: 120_000,
}, async () => {
  const t = await createTestApp();
  onTestFinished(t.close);
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: ["users:view"] });
  const [one, two] = await Promise.all([startServing(t.url ?? ""), startServing(t.url ?? "")]);
  onTestFinished(two.stop);
  const balancer = await startBalancer([one.url, two.url]);
  onTestFinished(balancer.close);

  const failures: string[] = [];
  let answers = 0;
  let isOver = false;
  const load = Array.from({ length: 6 }, async () => {
    while (!isOver) {
      const url = `${balancer.url}/api/v1/organizations/${acme.organizationId}/users`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      const body = await answer.text();
      answers += 1;
      if (answer.status !== 200) failures.push(`${answer.status} ${body}`);
    }
  });
  const some = async (more: number) => {
    const before = answers;
    await expect.poll(() => answers, { timeout: 60_000 }).toBeGreaterThan(before + more);
  };
  await some(50);
  await one.stop();
  await some(50);
  const again = await startServing(t.url ?? "", Number(new URL(one.url).port));
  onTestFinished(again.stop);
  await some(100);
  isOver = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
});
