import { StepFailed } from './expect';
import { bold, dim, green, red, say, took } from './terminal';

/** What a step learned: a line for the reader, and the value for the steps after it. */
export interface Answered<T> {
  answered: string;
  value: T;
}

/** Tells the demo step by step and keeps count. */
export interface Story {
  /**
   * Runs one step and tells what was asked, what was answered and how long it took. A step that does not hold is counted,
   * told, and thrown on: what follows in its chapter builds on it.
   */
  step<T>(title: string, asked: string, run: () => Promise<Answered<T>>): Promise<T>;
  /** Runs a chapter; when a step of it fails, the rest of that chapter is left out. */
  chapter(title: string, tell: () => Promise<void>): Promise<void>;
  readonly steps: number;
  readonly failed: number;
}

/** Thrown by a failed step after it was told, to leave its chapter. */
class ChapterEnded extends Error {
  override readonly name = 'ChapterEnded';
}

/** `isStopping`: the person at the terminal has had enough; what fails from then on is no finding. */
export function createStory(isStopping: () => boolean): Story {
  let chapters = 0;
  let steps = 0;
  let failed = 0;

  const step = async <T>(title: string, asked: string, run: () => Promise<Answered<T>>): Promise<T> => {
    if (isStopping()) throw new ChapterEnded();
    steps += 1;
    const startMs = performance.now();
    try {
      const { answered, value } = await run();
      tell(green('✓'), title, asked, answered, performance.now() - startMs);
      return value;
    } catch (error) {
      if (isStopping()) throw new ChapterEnded();
      failed += 1;
      tell(red('✗'), title, asked, red(reasonOf(error)), performance.now() - startMs);
      throw new ChapterEnded();
    }
  };

  const chapter = async (title: string, body: () => Promise<void>): Promise<void> => {
    if (isStopping()) return;
    chapters += 1;
    say(`\n${bold(`${chapters}. ${title}`)}`);
    try {
      await body();
    } catch (error) {
      if (isStopping()) return;
      if (error instanceof ChapterEnded) {
        say(dim('    The rest of this chapter builds on that step and is left out.'));
        return;
      }
      // Between steps: the chapter itself is wrong, which must not pass for a success.
      steps += 1;
      failed += 1;
      say(`  ${red('✗')} ${reasonOf(error)}`);
    }
  };

  return {
    step,
    chapter,
    get steps() {
      return steps;
    },
    get failed() {
      return failed;
    },
  };
}

function tell(mark: string, title: string, asked: string, answered: string, ms: number): void {
  say(`  ${mark} ${title} ${dim(`(${took(ms)})`)}`);
  say(dim(`      asked     ${asked}`));
  say(`      answered  ${answered.replaceAll('\n', '\n                ')}`);
}

function reasonOf(error: unknown): string {
  if (error instanceof StepFailed) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
