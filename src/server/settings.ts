import type { Env } from '@/env';
import type { RestSettings } from '@/rest/settings';
import type { Settings } from '@/services/context';

/** The part of the configuration that rules depend on. `simulatorUrl` null: real keys. */
export function settingsOf(env: Env, simulatorUrl: string | null): Settings {
  return {
    currency: env.payments.currency,
    minPaymentMinor: env.payments.minAmountMinor,
    maxPaymentMinor: env.payments.maxAmountMinor,
    paymentTimeoutMinutes: env.payments.timeoutMinutes,
    splitHoldMinutes: env.payments.splitHoldMinutes,
    publishableKey: env.stripe.publishableKey,
    simulator: simulatorUrl !== null,
    simulatorUrl,
    publicUrl: env.server.publicUrl,
    receiptLinkDays: env.payments.receiptLinkDays,
    webhookRetryAttempts: env.webhooks.retryAttempts,
    webhookRetryDelayMs: env.webhooks.retryDelayMs,
    webhookWaitingMaxHours: env.webhooks.waitingMaxHours,
  };
}

/** The part that the legacy API depends on. */
export function restSettingsOf(env: Env, simulatorUrl: string | null): RestSettings {
  return {
    production: env.production,
    platformUrl: env.platform.apiUrl,
    simulator:
      simulatorUrl === null ? null : { url: simulatorUrl, publishableKey: env.stripe.publishableKey },
  };
}
