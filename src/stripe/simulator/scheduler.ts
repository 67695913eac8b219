import { newId } from './ids';
import type { Task } from './store';

type Kind = Task['kind'];

/** Runs delayed effects by wall time, or when control releases them. Tasks live in the store. */
export class Scheduler {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly tasks: Map<string, Task>,
    private readonly run: (task: Task) => void,
    private readonly onChange: () => void,
  ) {}

  /** @param delayMs null holds the task until `release` */
  schedule(kind: Kind, target: string, delayMs: number | null): void {
    const task: Task = { id: newId('task'), kind, target, delayMs };
    this.tasks.set(task.id, task);
    this.arm(task);
  }

  /** Arms the tasks that a loaded snapshot brought. */
  resume(): void {
    for (const task of this.tasks.values()) this.arm(task);
  }

  /** Runs the matching tasks now; answers how many. */
  release(matches: (task: Task) => boolean = () => true): number {
    const due = [...this.tasks.values()].filter(matches);
    for (const task of due) this.finish(task);
    return due.length;
  }

  /** Tasks that will run by themselves. */
  get pending(): number {
    return this.timers.size;
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private arm(task: Task): void {
    if (task.delayMs === null) return;
    this.timers.set(
      task.id,
      setTimeout(() => this.finish(task), task.delayMs),
    );
  }

  private finish(task: Task): void {
    clearTimeout(this.timers.get(task.id));
    this.timers.delete(task.id);
    if (!this.tasks.delete(task.id)) return;
    this.run(task);
    this.onChange();
  }
}
