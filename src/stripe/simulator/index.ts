export { type BrowserConfirmation, confirmAsBrowser } from './browser-confirm';
export type { SimulatorControl, SimulatorState, Target } from './control/types';
export type { FaultKind, FaultRule } from './http/faults';
export type { RequestLogEntry } from './http/request-log';
export type { Settings, SimulatorOptions, WebhookEndpointOptions } from './options';
export { type Simulator, startSimulator } from './simulator';
export type { DeliveryAttempt } from './webhooks/deliverer';
export type { WebhookFaultKind, WebhookFaultRule } from './webhooks/faults';
