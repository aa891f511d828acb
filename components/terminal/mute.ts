import type { Terminal } from "@xterm/xterm";

/**
 * Programs ask a terminal what it is (DA), where its cursor is (DSR), what modes it is in (DECRQM, DECRQSS) and which colours it has (OSC 4,
 * 10 to 12), and it answers as if somebody typed. A terminal that only follows another must not: the one that is followed answers.
 */
export function answerNothing(term: Terminal): void {
  const drop = () => true;
  for (const prefix of ["", ">", "="]) term.parser.registerCsiHandler({ prefix, final: "c" }, drop);
  for (const prefix of ["", "?"]) {
    term.parser.registerCsiHandler({ prefix, final: "n" }, drop);
    term.parser.registerCsiHandler({ prefix, intermediates: "$", final: "p" }, drop);
  }
  term.parser.registerCsiHandler({ prefix: ">", final: "q" }, drop);
  term.parser.registerDcsHandler({ intermediates: "$", final: "q" }, drop);
  for (const colours of [4, 10, 11, 12]) term.parser.registerOscHandler(colours, (data) => data.includes("?"));
}
