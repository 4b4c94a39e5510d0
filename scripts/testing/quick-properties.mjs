/** Vitest's set-up of unit tests: with `npm test -- --quick`, properties are checked for a quarter of a second each. */
import { configureGlobal } from "fast-check";

if (process.env["GATEHOUSE_TEST_QUICK"] === "1") configureGlobal({ interruptAfterTimeLimit: 250 });
