/** The application, an organization and a user with a password, for test files about signing in. */
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import type { TestOrganization, TestUser } from "./factories.ts";

/** What each test of the file gets. */
export interface SignInTest {
  readonly t: TestApp;
  /** A new organization. */
  readonly acme: TestOrganization;
  /** A viewer of `acme`, with the password of all factory accounts. */
  readonly ada: TestUser;
}

/** Registers the hooks of a test file: one application, and before each test a new organization and user without throttles. */
export function createSignInTest(beforeTest: (test: SignInTest) => Promise<void> | void): void {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());
  beforeEach(async () => {
    await t.sql("DELETE FROM throttles");
    const acme = await t.organization("Acme");
    await beforeTest({ t, acme, ada: await t.user(acme, { name: "Ada Lovelace", roles: ["viewer"] }) });
  });
}
