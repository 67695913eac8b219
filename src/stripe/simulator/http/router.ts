import type { Method, RunnableOperation } from './operation';

interface Node {
  fixed: Map<string, Node>;
  variable?: Node;
  operations: Map<string, RunnableOperation>;
}

const emptyNode = (): Node => ({ fixed: new Map(), operations: new Map() });

export interface Match {
  operation: RunnableOperation;
  ids: [string, string];
}

/** Finds the operation of a path. A fixed part wins over a variable one. */
export class Router {
  private readonly root = emptyNode();

  constructor(operations: readonly RunnableOperation[]) {
    for (const operation of operations) this.add(operation);
  }

  match(method: Method, path: string): Match | undefined {
    const ids: string[] = [];
    let node: Node | undefined = this.root;
    for (const part of path.split('/').slice(1)) {
      const fixed: Node | undefined = node.fixed.get(part);
      if (fixed !== undefined) {
        node = fixed;
        continue;
      }
      node = node.variable;
      if (node === undefined || part === '') return undefined;
      ids.push(decodeURIComponent(part));
    }
    const operation = node.operations.get(method);
    return operation === undefined ? undefined : { operation, ids: [ids[0] ?? '', ids[1] ?? ''] };
  }

  private add(operation: RunnableOperation): void {
    let node = this.root;
    for (const part of operation.path.split('/').slice(1)) {
      if (part.startsWith(':')) {
        node.variable ??= emptyNode();
        node = node.variable;
        continue;
      }
      const next = node.fixed.get(part) ?? emptyNode();
      node.fixed.set(part, next);
      node = next;
    }
    node.operations.set(operation.method, operation);
  }
}
