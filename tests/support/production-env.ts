/** What Stripe would have given: the simulator knows no other. */
export const PRODUCTION_KEYS = {
  publishable: 'pk_test_production_rehearsal',
  webhookSecret: `whsec_${'production'.repeat(3)}`,
};

/** Variables of a process in production behind a proxy, on test keys and the simulator. */
export function productionEnv(world: { databaseUrl: string; simulatorUrl: string }) {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: world.databaseUrl,
    DATABASE_POOL_SIZE: '5',
    STRIPE_SECRET_KEY: 'sk_test_production_rehearsal',
    STRIPE_PUBLISHABLE_KEY: PRODUCTION_KEYS.publishable,
    STRIPE_WEBHOOK_SECRET: PRODUCTION_KEYS.webhookSecret,
    STRIPE_ALLOW_TEST_KEYS: 'true',
    STRIPE_API_BASE: world.simulatorUrl,
    JWT_SECRET: 'a-secret-of-the-platform-for-this-test-alone',
    ADMIN_SESSION_SECRET: 'a-secret-of-the-admin-pages-for-this-test-alone',
    CORS_ORIGINS: 'https://app.example.com',
    WEBHOOK_BASE_URL: 'https://pay.example.com',
    TRUST_PROXY: '1',
    LOG_LEVEL: 'error',
  };
}
