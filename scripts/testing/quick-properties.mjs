/** Vitest's set-up of unit tests: `npm test -- --quick` checks properties for a fifth of the values. */
import { configureGlobal } from "fast-check";

if (process.env["GATEHOUSE_TEST_QUICK"] === "1") configureGlobal({ numRuns: 20 });
