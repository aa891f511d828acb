/** What came of something that an operator did: a link to hand over, or why nothing was done. */
export type Outcome = { link: string } | { problem: string } | { done: true };
