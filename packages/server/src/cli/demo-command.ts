/** Runs the server on an example to play with. */
import { needsSetup } from "../features/organizations/index.ts";
import type { Command } from "./command.ts";
import { demoOwner, seedDemo } from "./demo.ts";
import { runServer } from "./serve.ts";
import { showProgress } from "./show-progress.ts";

/** `gatehouse demo` */
export const demo: Command = {
  name: "demo",
  summary: "Run the server with an invented organization of 5,000 users, on an empty database",
  options: {},
  run: (values, terminal) =>
    runServer("demo", values["json"] === true, terminal, async ({ deps, engine }) => {
      if (await deps.db.shared(needsSetup, { readOnly: true })) {
        await seedDemo(deps, showProgress("Inventing users"));
        await engine.tidy();
      }
      return [`Sign in as ${demoOwner.email} with the password: ${demoOwner.password}`];
    }),
};
