import http from 'node:http';
import https from 'node:https';

const agents = () => ({
  http: new http.Agent({ keepAlive: true, maxSockets: 64 }),
  https: new https.Agent({ keepAlive: true, maxSockets: 64 }),
});

/** Posts webhook payloads over kept-alive connections. */
export class Poster {
  private readonly agents = agents();

  /** The status of the answer; 0 when there was none in time. */
  post(url: string, payload: string, signature: string, timeoutMs: number): Promise<number> {
    return new Promise((resolve) => {
      const secure = url.startsWith('https:');
      const options: http.RequestOptions = {
        method: 'POST',
        agent: secure ? this.agents.https : this.agents.http,
        timeout: timeoutMs,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(payload),
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          accept: '*/*; q=0.5, application/xml',
          'cache-control': 'no-cache',
          'stripe-signature': signature,
        },
      };
      const request = (secure ? https : http).request(url, options, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(0));
      request.on('close', () => resolve(0));
      request.end(payload);
    });
  }

  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }
}
