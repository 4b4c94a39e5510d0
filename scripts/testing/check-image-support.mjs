/** For `.ci/run`: prints why this machine can't build images; prints nothing where it can. */
import { findImageProblem } from "./find-image-problem.mjs";

process.stdout.write((await findImageProblem()) ?? "");
