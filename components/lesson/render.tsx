/** A lesson's tree to React, on the server. */
import type { Element, ElementContent, Nodes, Root } from "hast";
import { type Components, toJsxRuntime } from "hast-util-to-jsx-runtime";
import { toString as plainText } from "hast-util-to-string";
import type { ComponentType, ReactNode } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { NAMESPACE_TYPES } from "../../lab-server/protocol.ts";
import { type GlossaryTerm, termAnchor } from "../glossary/glossary-term.ts";
import { Term } from "../glossary/term.tsx";
import { type FocusTarget, VIEW_NAMES } from "../xray/view.ts";
import { InDocker, Note, Sources, Warning, Why } from "./callouts.tsx";
import { CodeBlock } from "./code-block.tsx";
import { DiagramByName } from "./diagram.tsx";
import { codeHighlighter } from "./highlight.ts";
import { Quiz, type QuizActions, type QuizResult } from "./quiz.tsx";
import { ShowInXray } from "./show-in-xray.tsx";
import { Task, type TaskActions } from "./task.tsx";
import { linkedTerms } from "./terms.ts";
import { Word } from "./word.tsx";

export type RenderOptions = {
  /** Which cgroup version the sandbox sees: text for the other one is left out. */
  cgroup: 1 | 2;
  tasks: TaskActions;
  quizzes: QuizActions;
  /** Quizzes that the learner answered already, by id. */
  answered: Readonly<Record<string, QuizResult>>;
  /** The glossary, by slug. A term that it does not have is plain text. */
  terms: ReadonlyMap<string, GlossaryTerm>;
};

type CustomProps = { node?: Element | undefined; children?: ReactNode };

/** Renders a lesson's body. */
export async function renderLesson(body: Root, options: RenderOptions): Promise<ReactNode> {
  const terms = linkedTerms(body, options.cgroup, options.terms);
  const render = await renderer(options.cgroup, (render) => {
    const numbers = new Map(tasksOf(body).map((id, index) => [id, index + 1]));
    const task: Part = ({ node }) => {
      const { id, title } = strings(node);
      const children = node?.children ?? [];
      const hints = children.filter((child) => isElement(child, "Hint"));
      const rest = children.filter((child) => !isElement(child, "Hint"));
      return (
        <Task
          id={id ?? ""}
          title={title ?? ""}
          number={numbers.get(id ?? "") ?? 0}
          hints={hints.map((hint, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
            <Fragment key={index}>{render({ type: "root", children: hint.children })}</Fragment>
          ))}
          {...options.tasks}
        >
          {render({ type: "root", children: rest })}
        </Task>
      );
    };
    const quiz: Part = ({ node }) => {
      const { id, question, multiple } = strings(node);
      const choices = (node?.children ?? []).filter((child) => isElement(child, "Option"));
      return (
        <Quiz
          id={id ?? ""}
          question={question ?? ""}
          multiple={multiple === "true"}
          options={choices.map((choice, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
            <Fragment key={index}>{render({ type: "root", children: choice.children.flatMap(withoutParagraph) })}</Fragment>
          ))}
          result={options.answered[id ?? ""]}
          {...options.quizzes}
        />
      );
    };
    const term: Part = ({ node, children }) => {
      const linked = node && terms.get(node);
      if (!linked) return children;
      return (
        <Term entry={linked.entry} id={linked.first ? termAnchor(linked.entry.slug) : undefined}>
          {children}
        </Term>
      );
    };
    return { Task: task, Quiz: quiz, Term: term };
  });
  return render(body);
}

/** Renders a small tree that holds no tasks or quizzes: an explanation. */
export async function renderText(body: Root, cgroup: 1 | 2): Promise<ReactNode> {
  return (await renderer(cgroup, () => ({})))(body);
}

/** A task by itself, for whoever helps with it. */
export type RenderedTask = { id: string; title: string; text: ReactNode; hints: readonly ReactNode[] };

/** Renders the tasks of a lesson's body, each by itself. */
export async function renderTasks(body: Root, cgroup: 1 | 2): Promise<RenderedTask[]> {
  const render = await renderer(cgroup, () => ({}));
  return body.children
    .filter((child) => isElement(child, "Task"))
    .map((task) => {
      const { id = "", title = "" } = strings(task);
      const hints = task.children.filter((child) => isElement(child, "Hint"));
      const rest = task.children.filter((child) => !isElement(child, "Hint"));
      return {
        id,
        title,
        text: render({ type: "root", children: rest }),
        hints: hints.map((hint) => render({ type: "root", children: hint.children })),
      };
    });
}

/** Renders a script: a solution. */
export async function renderScript(code: string): Promise<ReactNode> {
  const highlight = await codeHighlighter();
  return (
    <CodeBlock code={code} run>
      {toJsxRuntime(highlight(code, "bash"), { Fragment, jsx, jsxs })}
    </CodeBlock>
  );
}

type Render = (tree: Nodes) => ReactNode;
type Custom = Record<string, ComponentType<CustomProps>>;
type Part = (props: CustomProps) => ReactNode;

/** A lesson's tree stays the same until its file changes; so do its coloured blocks. */
const colouredBlocks = new WeakMap<Element, Element>();

async function renderer(cgroup: 1 | 2, more: (render: Render) => Custom): Promise<Render> {
  const highlight = await codeHighlighter();
  const block = (pre: Element | undefined, run: boolean) => {
    if (!pre) return null;
    const code = plainText(pre).replace(/\n$/, "");
    const language = /\blanguage-(\S+)/.exec(classes(pre.children[0]))?.[1] ?? "text";
    const coloured = colouredBlocks.get(pre) ?? highlight(code, language);
    colouredBlocks.set(pre, coloured);
    return (
      <CodeBlock code={code} run={run}>
        {toJsxRuntime(coloured, { Fragment, jsx, jsxs })}
      </CodeBlock>
    );
  };
  const version: Part = ({ node, children }) => (Number(strings(node).version) === cgroup ? children : null);
  const plain: Part = ({ children }) => children;
  const diagram: Part = ({ node }) => <DiagramByName name={strings(node).name ?? ""} />;
  const xray: Part = ({ node }) => <ShowInXray target={focusTarget(strings(node))} />;
  const run: Part = ({ node }) =>
    block(
      node?.children.find((child) => isElement(child, "pre")),
      true,
    );
  const custom: Custom = {
    Note,
    Warning,
    Why,
    InDocker,
    Sources,
    Cgroup: version,
    Diagram: diagram,
    Run: run,
    Xray: xray,
    Term: plain,
    ...more((tree) => render(tree)),
  };
  const components: Partial<Components> = {
    ...custom,
    pre: ({ node }) => block(node, false),
    code: ({ children }) => <Word>{children}</Word>,
    h2: ({ id, children }) => (
      <Heading level="h2" id={id}>
        {children}
      </Heading>
    ),
    h3: ({ id, children }) => (
      <Heading level="h3" id={id}>
        {children}
      </Heading>
    ),
    h4: ({ id, children }) => (
      <Heading level="h4" id={id}>
        {children}
      </Heading>
    ),
    a: ({ href, children }) =>
      href?.startsWith("http") ? (
        <a href={href} target="_blank" rel="noreferrer">
          {children}
        </a>
      ) : (
        <a href={href}>{children}</a>
      ),
    table: ({ children }) => (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and the keyboard must be able to scroll it
      // biome-ignore lint/a11y/useSemanticElements: no element says "group" of a table
      <div role="group" className="table-frame" aria-label="Table" tabIndex={0}>
        <table>{children}</table>
      </div>
    ),
  };
  const render: Render = (tree) => toJsxRuntime(tree, { Fragment, jsx, jsxs, components, passNode: true });
  return render;
}

function Heading({ level: Level, id, children }: { level: "h2" | "h3" | "h4"; id: string | undefined; children: ReactNode }) {
  return (
    <Level id={id}>
      <a href={`#${id}`} className="heading-anchor">
        {children}
      </a>
    </Level>
  );
}

/** The lesson was checked: the values are those that there are. */
function focusTarget({ focus, namespace, group, overlay, interface: name }: Record<string, string | undefined>): FocusTarget {
  return {
    view: VIEW_NAMES.find((view) => view === focus) ?? "processes",
    namespace: NAMESPACE_TYPES.find((type) => type === namespace),
    group: group && `/${group}`,
    overlay,
    interface: name,
  };
}

function tasksOf(body: Root): string[] {
  return body.children.filter((child) => isElement(child, "Task")).map((task) => strings(task).id ?? "");
}

function strings(node: Element | undefined): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(node?.properties ?? {}).map(([name, value]) => [name, typeof value === "string" ? value : undefined]),
  );
}

function isElement(node: { type: string }, tagName: string): node is Element {
  return node.type === "element" && "tagName" in node && node.tagName === tagName;
}

/** A choice stands in a label, where no paragraph may be. */
function withoutParagraph(node: ElementContent): ElementContent[] {
  return isElement(node, "p") ? node.children : [node];
}

function classes(node: ElementContent | undefined): string {
  const value = node?.type === "element" ? node.properties.className : undefined;
  return Array.isArray(value) ? value.join(" ") : String(value ?? "");
}
