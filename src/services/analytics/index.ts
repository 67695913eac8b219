export { listAlerts } from './alerts';
export { readHealth } from './health';
export { readKpis } from './kpis';
export { readMetrics } from './metrics';
export { readRealtimeFigures } from './realtime';
export { verifyMetrics } from './verify';
