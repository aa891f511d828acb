import { LocalTime } from "../local-time.tsx";
import { Replay } from "./replay.tsx";

type Props = {
  /** Whether its title is the page's. */
  isPage?: boolean;
  /** Where the site has what was recorded. */
  source: string;
  task: string;
  lesson: string;
  /** Whose terminal; undefined where it is the reader's own. */
  learner: string | undefined;
  terminal: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  keptUntil: number;
};

/** A recording: what it is of, and its replay. */
export function RecordingPage({ isPage = false, source, task, lesson, learner, terminal, startedAt, keptUntil }: Props) {
  const Title = isPage ? "h1" : "h2";
  return (
    <>
      <Title className="text-xl font-semibold tracking-[-0.018em] break-words">{task}</Title>
      <p className="mt-1 mb-5 text-sm text-muted-foreground">
        {learner === undefined ? "Your" : `${learner}’s`} terminal {terminal} in {lesson}, <LocalTime at={startedAt} />. Kept
        until <LocalTime at={keptUntil} date />.
      </p>
      <Replay source={source} title={task} />
    </>
  );
}
