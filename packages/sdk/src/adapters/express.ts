/** Express, Connect and whatever takes their middleware. */
import { type GatehouseUser, type Judge, problemType } from "../guard.ts";
import type { RequestLike } from "../session-token.ts";
import type { SignIn } from "../sign-in.ts";
import { answerSignIn, type NodeRequest, noteUser, userOf } from "./node.ts";

/** As much of Node's response as is used here. */
interface ResponseLike {
  statusCode: number;
  setHeader(name: string, value: string | string[]): unknown;
  end(body: string): unknown;
}

/** A middleware of Express, Connect and whatever takes theirs. */
export type ExpressGuard = (
  request: RequestLike,
  response: ResponseLike,
  next: (error?: unknown) => void,
) => void;

/** Guards for Express. */
export interface ExpressAdapter<P extends string> {
  /** Middleware for a route that needs the permission. `userOf` says whom it let through. */
  readonly require: (permission: P) => ExpressGuard;
  /**
   * Who sent a request that a guard of ours let through. Also on the request, as `gatehouseUser`.
   * @throws Error on a route without a guard
   */
  readonly userOf: (request: object) => GatehouseUser;
  /** Middleware that signs people in and out below `/gatehouse/`: `app.use(gatehouse.express.signIn)`. */
  readonly signIn: (request: NodeRequest, response: ResponseLike, next: (error?: unknown) => void) => void;
}

/** Makes the adapter. */
export function createExpressAdapter<P extends string>(
  judge: Judge<P>,
  assertKnown: (permission: P) => void,
  signIn: SignIn,
): ExpressAdapter<P> {
  return {
    userOf,
    signIn: (request, response, next) => {
      answerSignIn(signIn, request).then((answer) => {
        if (answer === null) return next();
        for (const [name, value] of answer.headers) response.setHeader(name, value);
        response.statusCode = answer.status;
        response.end(answer.body);
      }, next);
    },
    require: (permission) => {
      assertKnown(permission);
      return (request, response, next) => {
        judge(request, permission)
          .then(({ user, denial }) => {
            if (denial === null) {
              noteUser(request, user);
              next();
              return;
            }
            response.statusCode = denial.status;
            response.setHeader("content-type", problemType);
            response.end(JSON.stringify(denial.problem));
          })
          .catch(next);
      };
    },
  };
}
