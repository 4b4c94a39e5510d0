/**
 * The baseline of requests: a bare Fastify route with one prepared statement. Same driver and number of connections; no
 * permission check, no log, no headers, no tenant. `STATEMENT` is the statement; its parameters are the segments of the path
 * below `/rows/`.
 */
import Fastify from "fastify";
import pg from "pg";

const { DATABASE_URL = "", STATEMENT = "", PORT = "0", HOST = "127.0.0.1" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const app = Fastify();
app.get("/readyz", async () => ({ status: "ready" }));
app.route<{ Params: { "*": string } }>({
  method: ["GET", "POST"],
  url: "/rows/*",
  handler: async (request) => {
    const values = request.params["*"].split("/").map(decodeURIComponent);
    const { rows } = await pool.query({ name: "baseline", text: STATEMENT, values });
    return { rows };
  },
});
process.once("SIGTERM", () => process.exit());
await app.listen({ port: Number(PORT), host: HOST });
