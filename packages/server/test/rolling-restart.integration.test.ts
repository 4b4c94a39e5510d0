/** A rolling restart behind a load balancer, under load. */
import { expect, onTestFinished, test } from "vitest";
import { createTestApp } from "./create-test-app.ts";
import { startLoadBalancer } from "./http-proxies.ts";
import { startServer } from "./program.ts";

test("no request fails while a server behind a load balancer is restarted", async () => {
  const t = await createTestApp();
  onTestFinished(t.close);
  const acme = await t.organization();
  const { key } = await t.apiKey(acme, { permissions: ["users:view"] });
  const [one, two] = await Promise.all([startServer(t.url ?? ""), startServer(t.url ?? "")]);
  onTestFinished(two.stop);
  const balancer = await startLoadBalancer([one.url, two.url]);
  onTestFinished(balancer.close);

  const failures: string[] = [];
  let responses = 0;
  let isStopped = false;
  const load = Array.from({ length: 6 }, async () => {
    while (!isStopped) {
      const url = `${balancer.url}/api/v1/organizations/${acme.organizationId}/users`;
      const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      const body = await response.text();
      responses += 1;
      if (response.status !== 200) failures.push(`${response.status} ${body}`);
    }
  });
  const waitForResponses = async (more: number) => {
    const before = responses;
    await expect.poll(() => responses, { timeout: 60_000 }).toBeGreaterThan(before + more);
  };
  await waitForResponses(50);
  await one.stop();
  await waitForResponses(50);
  const again = await startServer(t.url ?? "", Number(new URL(one.url).port));
  onTestFinished(again.stop);
  await waitForResponses(100);
  isStopped = true;
  await Promise.all(load);
  expect(failures).toEqual([]);
});
