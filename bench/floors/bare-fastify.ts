/**
 * The floor of requests: a bare Fastify route that sends one statement and answers what it found. Same driver, same number
 * of connections, the statement prepared; no permission, no log, no header, no tenant. `STATEMENT` is the statement,
 * its parameters are the parts of the path below `/rows/`.
 */
import Fastify from "fastify";
import pg from "pg";

const { DATABASE_URL = "", STATEMENT = "", PORT = "0", HOST = "127.0.0.1" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const app = Fastify();
app.get("/readyz", async () => ({ status: "ready" }));
app.get<{ Params: { "*": string } }>("/rows/*", async (request) => {
  const values = request.params["*"].split("/");
  const { rows } = await pool.query({ name: "floor", text: STATEMENT, values });
  return { rows };
});
process.once("SIGTERM", () => process.exit());
await app.listen({ port: Number(PORT), host: HOST });
