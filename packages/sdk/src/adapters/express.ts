/** Express, Connect and compatible frameworks. */
import { type CreateAuthorize, type GatehouseUser, problemType } from "./authorize.ts";
import { attachUser, handleSignIn, type NodeRequest, userOf } from "./node.ts";
import type { Requirement } from "./requirement.ts";
import type { RequestLike } from "./session-token.ts";
import type { SignIn } from "./sign-in.ts";

/** The used part of Node's response. */
interface ResponseLike {
  statusCode: number;
  setHeader(name: string, value: string | string[]): unknown;
  end(body: string): unknown;
}

/** Middleware for Express, Connect and compatible frameworks. */
export type ExpressGuard = (
  request: RequestLike,
  response: ResponseLike,
  next: (error?: unknown) => void,
) => void;

/** Guards for Express. */
export interface ExpressAdapter<P extends string> {
  /** Middleware for a route that needs a permission, `{ any: […] }` or `{ all: […] }`. `userOf` returns the authorized user. */
  readonly require: (requirement: Requirement<P>) => ExpressGuard;
  /**
   * The user of a request that a guard authorized. Also available as `request.gatehouseUser`.
   * @throws Error on a route without a guard
   */
  readonly userOf: (request: object) => GatehouseUser;
  /** Middleware that signs people in and out below `/gatehouse/`: `app.use(gatehouse.express.signIn)`. */
  readonly signIn: (request: NodeRequest, response: ResponseLike, next: (error?: unknown) => void) => void;
}

/** Creates the adapter. */
export function createExpressAdapter<P extends string>(
  createAuthorize: CreateAuthorize<P>,
  signIn: SignIn,
): ExpressAdapter<P> {
  return {
    userOf,
    signIn: (request, response, next) => {
      handleSignIn(signIn, request).then((result) => {
        if (result === null) return next();
        for (const [name, value] of result.headers) response.setHeader(name, value);
        response.statusCode = result.status;
        response.end(result.body);
      }, next);
    },
    require: (requirement) => {
      const authorize = createAuthorize(requirement);
      return (request, response, next) => {
        authorize(request)
          .then(({ user, denial }) => {
            if (denial === null) {
              attachUser(request, user);
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
