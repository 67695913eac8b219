import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const WRITE_AFTER_MS = 500;

/** Keeps a snapshot on disk: written some time after a change and on `flush`, replaced atomically. */
export class DataFile {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string | undefined,
    private readonly snapshot: () => unknown,
  ) {}

  /** The last snapshot, or undefined when there is none. A damaged file is an error, never ignored. */
  read(): unknown {
    if (this.path === undefined) return undefined;
    try {
      return JSON.parse(readFileSync(this.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`The simulator's data file ${this.path} cannot be read: delete it to start afresh.`, {
        cause: error,
      });
    }
  }

  /** Notes a change. */
  touch(): void {
    if (this.path === undefined || this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.flush(), WRITE_AFTER_MS);
  }

  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { path } = this;
    if (path === undefined) return Promise.resolve();
    this.writing = this.writing.then(() => write(path, JSON.stringify(this.snapshot())));
    return this.writing;
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
