import type { Health } from '@/observability/health';

/** Answers /health, /ready and /live in both shapes that the frontends read (legacy-contract.md section 3.5). */
export interface Probes {
  health(): Promise<Response>;
  ready(): Promise<Response>;
  live(): Promise<Response>;
}

export function createProbes(health: Health): Probes {
  return {
    async health() {
      const report = await health.report();
      const success = report.status !== 'unhealthy';
      return Response.json({ success, data: report, ...report }, { status: success ? 200 : 503 });
    },
    async ready() {
      const ready = await health.ready();
      return Response.json({ success: ready, data: { ready }, ready }, { status: ready ? 200 : 503 });
    },
    async live() {
      return Response.json({ success: true, data: { alive: true }, alive: true });
    },
  };
}
