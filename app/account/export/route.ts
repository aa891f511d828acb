/** Everything that is kept about the one who asks, as a file. */
import { exportAccount } from "../../../classroom/account-export.ts";
import { currentAccount } from "../../account.ts";
import { database } from "../../database.ts";

export async function GET(): Promise<Response> {
  const account = await currentAccount();
  if (!account) return Response.json({ message: "Sign in first." }, { status: 401 });
  const document = await exportAccount(await database(), account.id);
  const day = new Date().toISOString().slice(0, 10);
  return new Response(`${JSON.stringify(document, undefined, 2)}\n`, {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="unboxed-${day}.json"`,
      "cache-control": "no-store",
    },
  });
}
