/** A page that looks at the X-ray: the facts as it has them by now, and what it heard happen. */
import {
  applyChange,
  type EventKind,
  type Facts,
  NO_FACTS,
  type RawFile,
  type Reference,
  type Watch,
  type XrayEvent,
} from "../../lab-server/protocol.ts";
import type { LabClient } from "./client.ts";
import type { Lab } from "./harness.ts";

export class XrayPage {
  readonly page: LabClient;
  facts: Facts = NO_FACTS;
  events: XrayEvent[] = [];
  watch: Watch | undefined;
  /** How often everything came anew. */
  beginnings = 0;
  #read = 0;
  #runs = 0;

  private constructor(page: LabClient) {
    this.page = page;
    this.#read = page.messages.length;
  }

  /** A learner's page with a terminal, that looks. */
  static async open(lab: Lab, learner: string): Promise<XrayPage> {
    const page = await lab.page({ learner, lesson: "plain" });
    await page.open(1);
    return XrayPage.look(page);
  }

  /** Begins to look, and waits for the facts. */
  static async look(page: LabClient): Promise<XrayPage> {
    const xray = new XrayPage(page);
    page.say({ type: "xray", look: true });
    await xray.until("the first facts", () => xray.beginnings > 0);
    return xray;
  }

  /** Waits until the facts are so. */
  async until(what: string, holds: (facts: Facts) => boolean): Promise<void> {
    try {
      await this.page.until(what, () => {
        this.#catchUp();
        return holds(this.facts);
      });
    } catch (error) {
      // All that was heard is too much to read.
      const [line] = error instanceof Error ? error.message.split("\n") : [];
      const screen = this.page.output(1).slice(-1500);
      throw new Error([line, ...this.events.map(({ kind, text }) => `  ${kind}: ${text}`), screen].join("\n"), {
        cause: "see above",
      });
    }
  }

  /** Waits for something to happen, after the events that were there before `since`. */
  async event(kind: EventKind, text: RegExp, since = 0): Promise<XrayEvent> {
    const isIt = (event: XrayEvent) => event.kind === kind && event.id >= since && text.test(event.text);
    await this.until(`the event ${kind} ${text}; heard ${JSON.stringify(this.events.map((event) => event.text))}`, () =>
      this.events.some(isIt),
    );
    const event = this.events.find(isIt);
    if (!event) throw new Error("It was just there.");
    return event;
  }

  /** Types a command into terminal 1 and waits until it has ended. */
  async run(command: string): Promise<void> {
    const mark = `done-${this.#runs++}`;
    // The quotes keep what is typed from being taken for what it prints.
    this.page.type(1, `${command}\necho ${mark.replace("-", "''-")}\n`);
    await this.page.until(command, () => this.page.output(1).includes(`${mark}\r\n`));
  }

  /** The number that the next event will have at least. */
  get next(): number {
    return (this.events.at(-1)?.id ?? -1) + 1;
  }

  async raw(of: Reference): Promise<RawFile[]> {
    this.page.say({ type: "xray.raw", of });
    return (await this.page.hear("xray.raw", (message) => message.of.table === of.table && message.of.id === of.id)).files;
  }

  #catchUp(): void {
    const { messages } = this.page;
    for (; this.#read < messages.length; this.#read++) {
      const message = messages[this.#read];
      if (message?.type === "xray.facts") {
        this.facts = message.facts;
        this.events = [...message.events];
        this.watch = message.watch;
        this.beginnings += 1;
      } else if (message?.type === "xray.change") {
        this.facts = applyChange(this.facts, message.change);
        this.events.push(...message.events);
      }
    }
  }
}
