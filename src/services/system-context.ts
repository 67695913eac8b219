import type { Deps, ServiceContext } from './context';
import { newId } from './ids';

/** A context for work that no caller asked for: recovery, expiry, sweeps. `name` stands in the audit. */
export function systemContext(deps: Deps, name: string): ServiceContext {
  return { ...deps, actor: { kind: 'system', name }, request: { id: newId(), ip: null, userAgent: null } };
}
