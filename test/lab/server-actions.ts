/** Server actions of the built site, called as a page's script calls them, by whoever. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Guest } from "./guest.ts";

const Manifest = z.object({ node: z.record(z.string(), z.object({ filename: z.string(), exportedName: z.string() })) });

export type ActionAnswer = {
  status: number;
  /** Where it leads, if it does. */
  location: string | undefined;
  /** What the action said: nothing, or a problem; undefined where it said none of both. */
  returned: unknown;
};

export class ServerActions {
  readonly #ids: ReadonlyMap<string, string>;

  /** Reads what actions the site has that was built for a lab's state folder. */
  constructor(stateFolder: string) {
    const [file] = globSync("site/*/server/server-reference-manifest.json", { cwd: stateFolder });
    if (file === undefined) throw new Error(`No site is built in ${stateFolder}.`);
    const { node } = Manifest.parse(JSON.parse(readFileSync(join(stateFolder, file), "utf8")));
    this.#ids = new Map(Object.entries(node).map(([id, { filename, exportedName }]) => [`${filename} ${exportedName}`, id]));
  }

  /** Names of the actions of a file, such as `app/join/actions.ts`. */
  of(file: string): string[] {
    return [...this.#ids.keys()].filter((name) => name.startsWith(`${file} `)).map((name) => name.slice(file.length + 1));
  }

  /** How many there are in all. */
  get count(): number {
    return this.#ids.size;
  }

  /** Calls an action of a file on a page's address. Arguments are what JSON has, or forms. */
  async call(guest: Guest, path: string, file: string, name: string, args: readonly unknown[]): Promise<ActionAnswer> {
    const id = this.#ids.get(`${file} ${name}`);
    if (id === undefined) throw new Error(`The site has no action ${name} in ${file}.`);
    const encoded = new Response(encode(args));
    const headers = {
      "next-action": id,
      "content-type": encoded.headers.get("content-type") ?? "",
      accept: "text/x-component",
      origin: guest.origin,
    };
    const body = new Uint8Array(await encoded.arrayBuffer());
    const answer = await guest.ask(path, { method: "POST", headers, body });
    const location = answer.headers.location ?? header(answer.headers["x-action-redirect"]);
    return { status: answer.status, location, returned: returnedIn(answer.body) };
  }
}

/** React's wire: a form among the arguments is named by a number, with which its fields' names begin. */
function encode(args: readonly unknown[]): string | FormData {
  const forms = args.flatMap((arg, index) => (arg instanceof FormData ? [{ arg, number: index + 1 }] : []));
  const plain = JSON.stringify(args.map((arg, index) => (arg instanceof FormData ? `$K${(index + 1).toString(16)}` : arg)));
  if (forms.length === 0) return plain;
  const all = new FormData();
  for (const { arg, number } of forms) for (const [name, value] of arg) all.append(`_${number.toString(16)}_${name}`, value);
  all.append("0", plain);
  return all;
}

/** React's wire: row 0 points at the row that holds what the action returned. A row of text before it ends without a new line. */
function returnedIn(body: string): unknown {
  const reference = /^0:\{"a":"\$@?([0-9a-f]+)"/m.exec(body)?.[1];
  if (reference === undefined) return undefined;
  const start = new RegExp(`(?<![0-9a-f])${reference}:(?=\\{)`).exec(body);
  return start === null ? undefined : objectIn(body.slice(start.index + start[0].length));
}

/** The JSON object with which the text begins. */
function objectIn(text: string): unknown {
  for (let end = text.indexOf("}"); end >= 0; end = text.indexOf("}", end + 1)) {
    try {
      return JSON.parse(text.slice(0, end + 1));
    } catch (error) {
      // It goes on beyond this bracket.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

function header(value: string | string[] | undefined): string | undefined {
  return [value].flat()[0]?.split(";")[0];
}
