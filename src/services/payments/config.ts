import type { ServiceContext } from '../context';
import type { PaymentsConfig } from './view';

/** What a frontend needs before it shows a payment form. Public: holds no secret. Amounts in minor units of `currency`. */
export async function getPaymentsConfig(ctx: ServiceContext): Promise<PaymentsConfig> {
  const { publishableKey, currency, minPaymentMinor, maxPaymentMinor, simulator, simulatorUrl } =
    ctx.settings;
  return { publishableKey, currency, minPaymentMinor, maxPaymentMinor, simulator, simulatorUrl };
}
